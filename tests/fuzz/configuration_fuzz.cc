// SPDX-License-Identifier: Apache-2.0
//
// The configuration file. Input: its text.
#include <glog/logging.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "common/process/config_file.h"
#include "common/process/config_listing.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using process::ConfigListing;
using process::ConfigView;
using process::ListedGroup;
using process::ListedSetting;

// A file that lies in memory and has a path.
class MemoryFile {
 public:
  MemoryFile() : file_(memfd_create("oneway.yaml", MFD_CLOEXEC)), path_("/proc/self/fd/" + std::to_string(file_)) {
    CHECK_GE(file_, 0);
  }
  ~MemoryFile() { close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }
  void Write(std::string_view text) {
    CHECK_EQ(ftruncate(file_, 0), 0);
    CHECK_EQ(pwrite(file_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

 private:
  const int file_;
  const std::string path_;
};

ConfigListing ListingOf(const ConfigView& view) {
  return ListConfig(view, process::Subject::Kind::kCluster);
}

// Each value that was there is there again; origins are others, and what has no value may follow from one that has.
void CheckSameValues(const std::vector<ListedGroup>& groups, const std::vector<ListedGroup>& again) {
  CHECK_EQ(groups.size(), again.size());
  for (size_t i = 0; i < groups.size(); ++i) {
    CHECK_EQ(groups[i].settings.size(), again[i].settings.size());
    for (size_t j = 0; j < groups[i].settings.size(); ++j) {
      const ListedSetting& setting = groups[i].settings[j];
      CHECK_EQ(setting.key, again[i].settings[j].key);
      if (!setting.value.empty()) CHECK_EQ(setting.value, again[i].settings[j].value) << groups[i].name << setting.key;
    }
  }
}

void CheckRules(const flow::Rules& rules) {
  CHECK(rules.ttl > Duration::zero() && rules.ttl <= std::chrono::days(30));
  CHECK(rules.late_window >= Duration::zero() && rules.late_window <= std::chrono::hours(24));
  CHECK(rules.retry_window > Duration::zero() && rules.retry_window <= std::chrono::days(30));
  CHECK(rules.arrival_grace >= Duration::zero() && rules.arrival_grace <= std::chrono::hours(24));
  CHECK(rules.settle >= Duration::zero() && rules.settle <= std::chrono::hours(1));
  CHECK_GT(rules.max_series, 0u);
  if (!rules.objective.has_value()) return;
  CHECK(rules.objective->target > 0 && rules.objective->target < 1);
  CHECK(rules.objective->under > Duration::zero() && rules.objective->under <= rules.ttl);
}

// Whoever gets a line of problems has to find the place that it speaks of.
void CheckProblems(const ConfigView& view, const std::string& path) {
  for (const std::string& problem : view.problems) {
    CHECK(!problem.empty());
    CHECK(problem.find(path) == 0 || problem.find("cluster") != std::string::npos ||
          problem.find("joiner") != std::string::npos)
        << problem;
  }
}

}  // namespace

bool Try(std::string_view input) {
  MemoryFile file;
  file.Write(input);
  const ConfigView view = process::CheckConfigFile(file.path());
  if (!view.problems.empty()) {
    CheckProblems(view, file.path());
    return false;
  }
  CheckRules(view.config.flows.defaults);
  for (const flow::Rules& rules : view.config.flows.flows) CheckRules(rules);

  // What `oneway config print` shows is a file that means the same.
  const ConfigListing listing = ListingOf(view);
  const std::string printed = ToYaml(listing);
  file.Write(printed);
  const ConfigView again = process::CheckConfigFile(file.path());
  CHECK(again.problems.empty()) << again.problems.front() << "\n" << printed;
  const ConfigListing listed_again = ListingOf(again);
  CheckSameValues(listing.sections, listed_again.sections);
  CheckSameValues(listing.flows, listed_again.flows);
  return !input.empty();  // an empty file says nothing
}

}  // namespace oneway::fuzz
