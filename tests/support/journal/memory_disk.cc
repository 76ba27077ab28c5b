// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/memory_disk.h"

namespace oneway::journal {

void DiskContent::Apply(const DiskWrite& write) {
  state = write.state;
  if (write.new_run.has_value()) runs.Add(write.state.commit, *write.new_run);
  for (const auto& [sequence, value] : write.puts) rows.insert_or_assign(sequence, value);
  for (const Sequence sequence : write.deletes) rows.erase(sequence);
  for (const LedgerRow& row : write.ledger) {
    if (row.value.has_value()) {
      ledger.insert_or_assign(row.key, *row.value);
    } else {
      ledger.erase(row.key);
    }
  }
  rows.erase(rows.begin(), rows.lower_bound(state.floor));
}

void MemoryDisk::Write(DiskWrite write) {
  const sync::MutexLock lock(mutex_);
  if (last_.has_value()) before_last_.Apply(*last_);
  last_ = std::move(write);
}

void MemoryDisk::LoseLastCommit() {
  const sync::MutexLock lock(mutex_);
  last_.reset();
}

DiskContent MemoryDisk::Read() const {
  const sync::MutexLock lock(mutex_);
  DiskContent content = before_last_;
  if (last_.has_value()) content.Apply(*last_);
  return content;
}

void MemoryDisk::CopyFrom(const MemoryDisk& other) {
  DiskContent content = other.Read();
  const sync::MutexLock lock(mutex_);
  before_last_ = std::move(content);
  last_.reset();
}

}  // namespace oneway::journal
