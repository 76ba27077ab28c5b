// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/sync/mutex.h"
#include "joiner/journal/journal_store.h"
#include "joiner/journal/run_history.h"

namespace oneway::journal {

// What a commit writes, owning everything.
struct DiskWrite {
  JournalState state;
  std::optional<RunId> new_run;
  std::vector<std::pair<Sequence, std::string>> puts;
  std::vector<Sequence> deletes;
  std::vector<LedgerRow> ledger;
};

// All that is on disk: values as they are encoded.
struct DiskContent {
  JournalState state;
  RunHistory runs;
  std::map<Sequence, std::string> rows;
  std::map<std::string, std::string> ledger;

  void Apply(const DiskWrite& write);
};

// The part of a MemoryStore that survives its end, as a disk survives a process. It outlives every store on it; one
// store at a time.
// Threading: thread-safe.
class MemoryDisk {
 public:
  void Write(DiskWrite write);
  // Forgets the last commit, as a disk does that only said it had synced.
  void LoseLastCommit();
  DiskContent Read() const;
  // Makes this disk a copy of `other`: a backup, or a folder copied by hand.
  void CopyFrom(const MemoryDisk& other);

 private:
  mutable sync::Mutex mutex_;
  DiskContent before_last_ ONEWAY_GUARDED_BY(mutex_);
  std::optional<DiskWrite> last_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::journal
