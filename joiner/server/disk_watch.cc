// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/disk_watch.h"

#include <glog/logging.h>

#include <utility>

namespace oneway::server {
namespace {

// How much more than the reserve has to be free before new keys are taken again: 1/8 of it, so that a disk at the edge
// does not flicker.
constexpr uint64_t kAgainDivisor = 8;

}  // namespace

DiskWatch::DiskWatch(uint64_t reserve_bytes, std::function<absl::StatusOr<uint64_t>()> free_bytes,
                     std::function<void(bool)> take_new_keys)
    : reserve_bytes_(reserve_bytes),
      free_bytes_(std::move(free_bytes)),
      take_new_keys_(std::move(take_new_keys)),
      figures_{.reserve_bytes = reserve_bytes} {}

void DiskWatch::Look() {
  const absl::StatusOr<uint64_t> free_bytes = free_bytes_();
  if (!free_bytes.ok()) return NoteUnreadable(free_bytes.status());
  unreadable_ = false;
  bool low = false;
  {
    const sync::MutexLock lock(mutex_);
    figures_.free_bytes = *free_bytes;
    low = IsLow(*free_bytes);
    if (low == figures_.low) return;
    figures_.low = low;
  }
  take_new_keys_(!low);
  LOG_IF(WARNING, low) << "the disk of the data folder has " << *free_bytes << " bytes left, less than disk_reserve ("
                       << reserve_bytes_ << "): events of new keys are put off until there is room";
  LOG_IF(INFO, !low) << "the disk of the data folder has " << *free_bytes << " bytes left: new keys are taken again";
}

bool DiskWatch::IsLow(uint64_t free_bytes) const {
  if (free_bytes < reserve_bytes_) return true;
  return figures_.low && free_bytes - reserve_bytes_ < reserve_bytes_ / kAgainDivisor;
}

void DiskWatch::NoteUnreadable(const absl::Status& status) {
  LOG_IF(ERROR, !unreadable_) << status;
  unreadable_ = true;
}

report::DiskFigures DiskWatch::figures() const {
  const sync::MutexLock lock(mutex_);
  return figures_;
}

}  // namespace oneway::server
