// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/flow_reload.h"

#include <glog/logging.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace oneway::server {
namespace {

// Where the shape of the flow `name` comes from, as problems of the configuration begin: `oneway.yaml:12: `.
std::string PlaceOfShape(const process::Loaded& loaded, const std::string& name) {
  std::string path = "flow_defaults";
  const std::vector<flow::Rules>& flows = loaded.config.flows.flows;
  for (size_t i = 0; i < flows.size(); ++i) {
    if (flows[i].name == name) path = absl::StrCat("flows[", i, "]");
  }
  const std::string origin = loaded.origins.Of(path + ".shape");
  return origin.empty() ? "" : absl::StrCat(origin, ": ");
}

std::string ReshapedProblems(const process::Loaded& loaded, const std::vector<std::string>& names) {
  std::string problems;
  for (const std::string& name : names) {
    absl::StrAppend(&problems, problems.empty() ? "" : "\n", PlaceOfShape(loaded, name), "the flow `", name,
                    "` is in use with the other `shape`; restart the joiner to change it");
  }
  return problems;
}

}  // namespace

FlowReload::FlowReload(process::Config running, process::ConfigReader read, const time::Clock& clock)
    : running_(std::move(running)), read_(std::move(read)), clock_(clock), figures_{.at = clock.Wall()} {}

void FlowReload::Begin(shard::Committer& committer, ledger::Dictionary& dictionary) {
  absl::StatusOr<process::Loaded> loaded = read_();
  if (!loaded.ok()) return Fail(std::string(loaded.status().message()));
  // Between two commits, so that no shard judges by rules that are older than what the commit stores.
  committer.Inspect(false, [this, &dictionary, loaded = *std::move(loaded)](const shard::Inspection& inspection) {
    TakeOver(loaded, inspection, dictionary);
  });
}

void FlowReload::TakeOver(const process::Loaded& loaded, const shard::Inspection& inspection,
                          ledger::Dictionary& dictionary) {
  const process::FlowsConfig& flows = loaded.config.flows;
  const ledger::Dictionary::Reloaded reloaded = dictionary.Reload(flows.flows, flows.defaults, inspection.open_clock);
  if (!reloaded.reshaped.empty()) return Fail(ReshapedProblems(loaded, reloaded.reshaped));
  LOG(INFO) << "read the flows again: " << flows.flows.size() << " configured, " << reloaded.changed << " changed";
  process::LogSettingsThatNeedRestart(process::Role::kJoiner, running_, loaded.config);
  Succeed();
}

void FlowReload::Fail(const std::string& problems) {
  LOG(ERROR) << "the configuration is not taken over, the flows stay as they are:\n" << problems;
  const sync::MutexLock lock(mutex_);
  ++figures_.failures;
  figures_.successful = false;
}

void FlowReload::Succeed() {
  const sync::MutexLock lock(mutex_);
  figures_.successful = true;
  figures_.at = clock_.Wall();
}

process::ReloadFigures FlowReload::figures() const {
  const sync::MutexLock lock(mutex_);
  return figures_;
}

}  // namespace oneway::server
