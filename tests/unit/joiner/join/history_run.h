// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "tests/unit/joiner/join/row_hits.h"

namespace oneway::join {

// What random histories came to. A value.
struct HistoryFigures {
  uint64_t histories = 0;
  uint64_t events = 0;
  uint64_t restarts = 0;      // with everything durable
  uint64_t lost_commits = 0;  // restarts that lost the last commit
  RowHits hits;

  HistoryFigures& operator+=(const HistoryFigures& other);
  std::string ToString() const;
};

// How many histories of one kind to run, from which seed on, and what they came to. As many as are wanted; or as many
// as fit, where the environment says ONEWAY_HISTORIES_SECONDS. The first seed of all kinds is ONEWAY_SEED, or random.
// Threading: external.
class HistoryRun {
 public:
  // Prints the first seed.
  HistoryRun(std::string kind, uint64_t histories);

  // The seed of the next history; none when it is enough.
  std::optional<uint64_t> NextSeed();
  // Takes what the history of the last seed came to. Shows progress on a terminal, every ten seconds.
  void Add(const HistoryFigures& history);

  const HistoryFigures& figures() const { return figures_; }
  // One line: seeds, figures, hits.
  std::string Summary() const;
  // The same of several kinds together.
  static std::string SummaryOf(const HistoryFigures& all);
  // Every one of `rows` was hit often enough to say that the run has seen it; a failure of the test otherwise.
  void ExpectHits(std::initializer_list<SemanticsRow> rows) const;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  std::string kind_;
  uint64_t next_seed_;
  uint64_t histories_max_;
  std::optional<SteadyTime> ends_at_;
  SteadyTime began_at_;
  SteadyTime shown_at_;
  HistoryFigures figures_;
};

}  // namespace oneway::join
