// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "joiner/journal/mark.h"

namespace oneway::journal {

// The runs that wrote a data folder, and which commits each of them made: the lineage by which an older or diverged
// copy of a folder is told from the folder itself.
// Threading: external.
class RunHistory {
 public:
  // Run `run` made commit `first` and all after it, up to the next run's first. In any order; each `first` once.
  void Add(CommitNumber first, RunId run) { runs_.insert_or_assign(first, run); }

  // Is everything up to `mark` part of this lineage, given that `durable` is its last commit? True for Mark{}.
  bool Contains(const Mark& mark, CommitNumber durable) const;
  // How many runs made commits.
  uint64_t size() const { return runs_.size(); }
  // The last commit and the run that made it; Mark{} before the first commit.
  Mark Last(CommitNumber durable) const;

 private:
  std::map<CommitNumber, RunId> runs_;  // by first commit
};

}  // namespace oneway::journal
