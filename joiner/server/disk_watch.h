// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "common/sync/mutex.h"
#include "joiner/report/disk_figures.h"

namespace oneway::server {

// Puts new keys off before the disk is full, and takes them again by itself once there is room: what is open can still
// end, expire and be forgotten, which frees disk, and compactions have the room that they need.
//
// Flow: the server's timer lets it look once a second, away from the commits; it tells the committer what changed.
// Threading: thread-safe; one Look at a time.
class DiskWatch {
 public:
  // New keys are put off below `reserve_bytes` (0: never), and taken again from an eighth more on. `take_new_keys` is
  // told of each change.
  DiskWatch(uint64_t reserve_bytes, std::function<absl::StatusOr<uint64_t>()> free_bytes,
            std::function<void(bool)> take_new_keys);

  // Looks, and tells the log once a change. A disk that does not say how full it is changes nothing.
  void Look();

  report::DiskFigures figures() const;

 private:
  bool IsLow(uint64_t free_bytes) const ONEWAY_REQUIRES(mutex_);
  void NoteUnreadable(const absl::Status& status);

  const uint64_t reserve_bytes_;
  const std::function<absl::StatusOr<uint64_t>()> free_bytes_;
  const std::function<void(bool)> take_new_keys_;
  bool unreadable_ = false;  // of whoever looks

  mutable sync::Mutex mutex_;
  report::DiskFigures figures_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::server
