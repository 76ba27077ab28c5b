// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/join/history_run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;

constexpr uint64_t kHitsMin = 100;
constexpr auto kShowEvery = 10s;

uint64_t FirstSeed() {
  static const uint64_t kSeed = [] {
    const char* wanted = std::getenv("ONEWAY_SEED");
    return wanted != nullptr ? uint64_t{std::stoull(wanted)} : uint64_t{std::random_device{}()};
  }();
  return kSeed;
}

std::optional<std::chrono::seconds> ReadTime() {
  const char* wanted = std::getenv("ONEWAY_HISTORIES_SECONDS");
  if (wanted == nullptr) return std::nullopt;
  return std::chrono::seconds(std::stoll(wanted));
}

}  // namespace

HistoryFigures& HistoryFigures::operator+=(const HistoryFigures& other) {
  histories += other.histories;
  events += other.events;
  restarts += other.restarts;
  lost_commits += other.lost_commits;
  hits += other.hits;
  return *this;
}

std::string HistoryFigures::ToString() const {
  return absl::StrCat(histories, " histories, ", events, " events, ", restarts, " restarts, ", lost_commits,
                      " lost commits; hits: ", hits.ToString());
}

HistoryRun::HistoryRun(std::string kind, uint64_t histories)
    : kind_(std::move(kind)),
      next_seed_(FirstSeed()),
      histories_max_(histories),
      began_at_(std::chrono::steady_clock::now()),
      shown_at_(began_at_) {
  if (const auto time = ReadTime()) ends_at_ = began_at_ + *time;
  std::printf("%s: seeds from %llu on\n", kind_.c_str(), static_cast<unsigned long long>(FirstSeed()));
  std::fflush(stdout);  // Who reads the output of a crash wants to know.
}

std::optional<uint64_t> HistoryRun::NextSeed() {
  const bool enough =
      ends_at_ ? std::chrono::steady_clock::now() >= *ends_at_ : next_seed_ - FirstSeed() == histories_max_;
  if (enough) return std::nullopt;
  return next_seed_++;
}

void HistoryRun::Add(const HistoryFigures& history) {
  figures_ += history;
  if (!ends_at_ || isatty(STDOUT_FILENO) == 0) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - shown_at_ < kShowEvery) return;
  shown_at_ = now;
  const auto seconds = [this](SteadyTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time - began_at_).count();
  };
  std::printf("%s: %lld of %lld s, %llu histories\n", kind_.c_str(), static_cast<long long>(seconds(now)),
              static_cast<long long>(seconds(*ends_at_)), static_cast<unsigned long long>(figures_.histories));
  std::fflush(stdout);
}

std::string HistoryRun::Summary() const {
  return absl::StrCat(kind_, ": seeds ", FirstSeed(), " to ", next_seed_ - 1, ", ", figures_.ToString());
}

std::string HistoryRun::SummaryOf(const HistoryFigures& all) {
  return absl::StrCat("all kinds: seeds from ", FirstSeed(), " on, ", all.ToString());
}

void HistoryRun::ExpectHits(std::initializer_list<SemanticsRow> rows) const {
  for (const SemanticsRow row : rows) {
    EXPECT_GE(figures_.hits.Of(row), kHitsMin)
        << "the histories hardly ever come to '" << kSemanticsRowIds[static_cast<size_t>(row)] << "'";
  }
}

}  // namespace oneway::join
