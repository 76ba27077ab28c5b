// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "joiner/journal/database.h"
#include "joiner/journal/row.h"
#include "rocksdb/metadata.h"

namespace oneway::journal {

// Drops whole files of the journal below the floor, and says when RocksDB compacts the others: only where many have
// come together, or one is old, without the floor having passed them. A row that is compacted is written once more;
// most are below the floor before (ADR 17).
//
// RocksDB::DeleteFilesInRanges leaves level 0 alone. Of that, DB::DeleteFile takes the oldest file, while the levels
// below are empty. It does not stop a compaction from beginning with the file that it deletes, which ends in a database
// that refuses to write (facebook/rocksdb#8491). So files of level 0 are dropped only while none can begin.
//
// Threading: external. `database` outlives it; nobody else lets it compact.
class FileKeeper {
 public:
  explicit FileKeeper(Database& database) : database_(database) {}

  // `floor` is durable. What cannot go now, goes with a later call.
  void DropBelow(Sequence floor);

 private:
  void DropOfLowerLevels(Sequence floor);
  void DropOfLevel0(const rocksdb::ColumnFamilyMetaData& files, Sequence floor);
  // Whether files have to be compacted.
  bool IsTooMuch(const rocksdb::ColumnFamilyMetaData& files) const;
  void LetCompact(bool compacts);

  Database& database_;
  bool compacts_ = false;  // RocksDB may begin compactions of the journal
};

}  // namespace oneway::journal
