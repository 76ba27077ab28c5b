// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/flush_watch.h"

#include "joiner/journal/database_options.h"

namespace oneway::journal {

void FlushWatch::OnMemTableSealed(const rocksdb::MemTableInfo& memtable) {
  if (memtable.cf_name == kJournalFamily) {
    pace_->MemtableFilled();
  } else if (++others_filled_ > kOthersFilledMax) {
    pace_->HurryFlush();
  }
}

void FlushWatch::OnFlushBegin(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& flush) {
  if (flush.cf_name != kJournalFamily) return;
  others_filled_ = 0;
  pace_->FlushBegins();
}

void FlushWatch::OnFlushCompleted(rocksdb::DB* /*db*/, const rocksdb::FlushJobInfo& flush) {
  if (flush.cf_name == kJournalFamily) pace_->FlushEnds();
}

void FlushWatch::OnStallConditionsChanged(const rocksdb::WriteStallInfo& stall) {
  if (stall.condition.cur != rocksdb::WriteStallCondition::kNormal) pace_->HurryFlush();
}

}  // namespace oneway::journal
