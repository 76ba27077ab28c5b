// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/housekeeper.h"

#include <glog/logging.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "joiner/journal/state_codec.h"
#include "rocksdb/convenience.h"
#include "rocksdb/metadata.h"

namespace oneway::journal {

Housekeeper::Housekeeper(Database& database, Options options) : database_(database), options_(std::move(options)) {
  if (options_.interval > Duration::zero()) thread_ = std::thread([this] { Run(); });
}

// What was not acted on makes no garbage go, but its mark is worth having.
Housekeeper::~Housekeeper() {
  {
    const sync::MutexLock lock(mutex_);
    stop_ = true;
    changed_.NotifyAll();
    stopping_.NotifyAll();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  Mark mark;
  {
    const sync::MutexLock lock(mutex_);
    if (!is_new_) return;
    mark = latest_.mark;
  }
  const absl::Status status = MakeSure(mark);
  LOG_IF(ERROR, !status.ok()) << "the last commit's mark is not stored: " << status;
}

void Housekeeper::Committed(FilterView view, const Mark& mark) {
  Work work{std::move(view), mark};
  if (!thread_.joinable()) return ActOn(work);
  const sync::MutexLock lock(mutex_);
  latest_ = std::move(work);
  is_new_ = true;
  changed_.NotifyAll();
}

void Housekeeper::Run() {
  while (true) {
    Work work;
    {
      const sync::MutexLock lock(mutex_);
      if (!WaitForWork(work)) return;
    }
    ActOn(work);
    const sync::MutexLock lock(mutex_);
    const auto next = std::chrono::steady_clock::now() + options_.interval;
    while (!stop_ && stopping_.WaitUntil(mutex_, next)) {
    }
  }
}

// False when it is time to stop.
bool Housekeeper::WaitForWork(Work& work) {
  while (!stop_ && !is_new_) changed_.Wait(mutex_);
  if (stop_) return false;
  work = latest_;
  is_new_ = false;
  return true;
}

void Housekeeper::ActOn(const Work& work) {
  if (const absl::Status status = MakeSure(work.mark); !status.ok()) {
    LOG(ERROR) << "no garbage is removed from the journal: " << status;
    return;
  }
  database_.filter().Publish(work.view);
  if (work.view.floor > dropped_below_) DropFilesBelow(work.view.floor);
}

// The commit is on the disk, and that it is will not be forgotten.
absl::Status Housekeeper::MakeSure(const Mark& mark) {
  if (options_.sync_first) {
    const rocksdb::Status status = database_.db().SyncWAL();
    if (!status.ok()) return FromRocksDb(status, "syncing the journal");
  }
  if (!options_.mark_file.has_value() || mark == stored_mark_) return absl::OkStatus();
  if (absl::Status status = options_.mark_file->Store(mark); !status.ok()) return status;
  stored_mark_ = mark;
  return absl::OkStatus();
}

void Housekeeper::DropFilesBelow(Sequence floor) {
  const std::string begin = SequenceKey(Sequence{});
  const std::string end = SequenceKey(floor);
  const rocksdb::Slice first(begin);
  const rocksdb::Slice behind(end);
  const rocksdb::RangePtr range(&first, &behind);
  const rocksdb::Status status =
      rocksdb::DeleteFilesInRanges(&database_.db(), database_.journal(), &range, 1, /*include_end=*/false);
  // Garbage that stays is not a fault; the next floor tries again from the beginning.
  LOG_IF(WARNING, !status.ok()) << "cannot drop the journal's files below the floor: " << status.ToString();
  if (status.ok()) dropped_below_ = floor;
  DropLevel0FilesBelow(floor);
}

// DeleteFilesInRanges leaves level 0 alone. Of that, RocksDB lets the oldest file go, once the levels below are empty.
void Housekeeper::DropLevel0FilesBelow(Sequence floor) {
  rocksdb::ColumnFamilyMetaData family;
  database_.db().GetColumnFamilyMetaData(database_.journal(), &family);
  const auto has_files = [](const rocksdb::LevelMetaData& level) { return !level.files.empty(); };
  if (std::any_of(family.levels.begin() + 1, family.levels.end(), has_files)) return;
  // The youngest first.
  const std::vector<rocksdb::SstFileMetaData>& files = family.levels.front().files;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    const std::optional<Sequence> last = ParseSequenceKey(file->largestkey);
    if (!last.has_value() || *last >= floor) return;
    // It is OK, too, for a file that a compaction takes just now.
    const rocksdb::Status status = database_.db().DeleteFile(file->relative_filename);
    LOG_IF(WARNING, !status.ok()) << "cannot drop the journal's oldest file: " << status.ToString();
    if (!status.ok()) return;
  }
}

}  // namespace oneway::journal
