// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/background_errors.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "joiner/journal/database.h"

namespace oneway::journal {
namespace {

const char* NameOf(rocksdb::BackgroundErrorReason reason) {
  using Reason = rocksdb::BackgroundErrorReason;
  switch (reason) {
    case Reason::kFlush:
    case Reason::kFlushNoWAL:
      return "a flush";
    case Reason::kCompaction:
      return "a compaction";
    case Reason::kWriteCallback:
    case Reason::kMemTable:
      return "a write";
    case Reason::kManifestWrite:
    case Reason::kManifestWriteNoWAL:
      return "writing the list of files";
  }
  return "work of the database";
}

}  // namespace

void BackgroundErrors::OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) {
  const sync::MutexLock lock(mutex_);
  if (first_.ok()) first_ = FromRocksDb(*status, absl::StrCat(NameOf(reason), " of the database failed"));
}

absl::Status BackgroundErrors::First() const {
  const sync::MutexLock lock(mutex_);
  return first_;
}

}  // namespace oneway::journal
