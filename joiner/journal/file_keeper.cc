// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/file_keeper.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "joiner/journal/state_codec.h"
#include "rocksdb/convenience.h"

namespace oneway::journal {
namespace {

using rocksdb::ColumnFamilyMetaData;
using rocksdb::LevelMetaData;
using rocksdb::SstFileMetaData;

bool HasLowerLevels(const ColumnFamilyMetaData& files) {
  return std::any_of(files.levels.begin() + 1, files.levels.end(),
                     [](const LevelMetaData& level) { return !level.files.empty(); });
}

bool IsBeingCompacted(const ColumnFamilyMetaData& files) {
  const auto is_busy = [](const SstFileMetaData& file) { return file.being_compacted; };
  return std::any_of(files.levels.begin(), files.levels.end(), [&](const LevelMetaData& level) {
    return std::any_of(level.files.begin(), level.files.end(), is_busy);
  });
}

// Garbage that stays is not a fault: the next floor tries again.
void Tell(const rocksdb::Status& status, const char* doing) {
  LOG_IF(WARNING, !status.ok()) << doing << ": " << status.ToString();
}

}  // namespace

void FileKeeper::DropBelow(Sequence floor) {
  DropOfLowerLevels(floor);
  ColumnFamilyMetaData files;
  database_.db().GetColumnFamilyMetaData(database_.journal(), &files);
  if (compacts_) {
    const bool is_done = !HasLowerLevels(files) && !IsBeingCompacted(files) && !IsTooMuch(files);
    if (is_done) LetCompact(false);  // Level 0 is dropped from when it is known that no other has begun meanwhile.
  } else {
    DropOfLevel0(files, floor);
    if (HasLowerLevels(files) || IsTooMuch(files)) LetCompact(true);
  }
}

void FileKeeper::DropOfLowerLevels(Sequence floor) {
  const std::string begin = SequenceKey(Sequence{});
  const std::string end = SequenceKey(floor);
  const rocksdb::Slice first(begin);
  const rocksdb::Slice behind(end);
  const rocksdb::RangePtr range(&first, &behind);
  Tell(rocksdb::DeleteFilesInRanges(&database_.db(), database_.journal(), &range, 1, /*include_end=*/false),
       "cannot drop the journal's files below the floor");
}

void FileKeeper::DropOfLevel0(const ColumnFamilyMetaData& files, Sequence floor) {
  if (HasLowerLevels(files) || IsBeingCompacted(files)) return;
  // The youngest comes first.
  const std::vector<SstFileMetaData>& level0 = files.levels.front().files;
  for (auto file = level0.rbegin(); file != level0.rend(); ++file) {
    const std::optional<Sequence> last = ParseSequenceKey(file->largestkey);
    if (!last.has_value() || *last >= floor) return;
    const rocksdb::Status status = database_.db().DeleteFile(file->relative_filename);
    Tell(status, "cannot drop the journal's oldest file");
    if (!status.ok()) return;
  }
}

bool FileKeeper::IsTooMuch(const ColumnFamilyMetaData& files) const {
  const RocksDbStore::Options& options = database_.options();
  const LevelMetaData& level0 = files.levels.front();
  if (level0.files.size() >= static_cast<size_t>(options.level0_files) || level0.size >= options.level0_bytes)
    return true;
  int64_t now = 0;
  if (level0.files.empty() || !database_.db().GetEnv()->GetCurrentTime(&now).ok()) return false;
  const auto written = static_cast<int64_t>(level0.files.back().file_creation_time);
  return std::chrono::seconds(now - written) >= options.file_ttl;
}

void FileKeeper::LetCompact(bool compacts) {
  const rocksdb::Status status =
      database_.db().SetOptions(database_.journal(), {{"disable_auto_compactions", compacts ? "false" : "true"}});
  Tell(status, compacts ? "cannot compact the journal" : "cannot keep the journal from being compacted");
  // Unless it is known that none begins, one may.
  compacts_ = compacts || !status.ok();
}

}  // namespace oneway::journal
