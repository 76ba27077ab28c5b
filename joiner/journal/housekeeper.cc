// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/housekeeper.h"

#include <glog/logging.h>

#include <chrono>
#include <utility>

namespace oneway::journal {

Housekeeper::Housekeeper(Database& database, Options options)
    : database_(database), options_(std::move(options)), files_(database) {
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
  files_.DropBelow(work.view.floor);
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

}  // namespace oneway::journal
