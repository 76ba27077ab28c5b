// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/housekeeper.h"

#include <glog/logging.h>

#include <chrono>
#include <string>
#include <utility>

#include "joiner/journal/state_codec.h"
#include "rocksdb/convenience.h"

namespace oneway::journal {

Housekeeper::Housekeeper(Database& database, Options options) : database_(database), options_(options) {
  if (options_.interval > Duration::zero()) thread_ = std::thread([this] { Run(); });
}

Housekeeper::~Housekeeper() {
  {
    const sync::MutexLock lock(mutex_);
    stop_ = true;
    changed_.NotifyAll();
    stopping_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::Committed(FilterView view) {
  if (!thread_.joinable()) return ActOn(view);
  const sync::MutexLock lock(mutex_);
  latest_ = std::move(view);
  is_new_ = true;
  changed_.NotifyAll();
}

void Housekeeper::Run() {
  while (true) {
    FilterView view;
    {
      const sync::MutexLock lock(mutex_);
      if (!WaitForView(view)) return;
    }
    ActOn(view);
    const sync::MutexLock lock(mutex_);
    const auto next = std::chrono::steady_clock::now() + options_.interval;
    while (!stop_ && stopping_.WaitUntil(mutex_, next)) {
    }
  }
}

// False when it is time to stop.
bool Housekeeper::WaitForView(FilterView& view) {
  while (!stop_ && !is_new_) changed_.Wait(mutex_);
  view = latest_;
  is_new_ = false;
  return !stop_;
}

void Housekeeper::ActOn(const FilterView& view) {
  if (options_.sync_first) {
    const rocksdb::Status status = database_.db().SyncWAL();
    if (!status.ok()) {
      LOG(ERROR) << "cannot sync the journal, so no garbage is removed: " << status.ToString();
      return;
    }
  }
  database_.filter().Publish(view);
  if (view.floor > dropped_below_) DropFilesBelow(view.floor);
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
}

}  // namespace oneway::journal
