// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "partitioner/forward/forward_stream.h"

namespace oneway::partitioner::forward {

// A stream in memory, without gRPC: what is written waits for the test, and the test says what the joiner answers.
//
// Threading: thread-safe.
// Ownership: shared by the stream's two ends.
class FakeStreamState {
 public:
  // The joiner's end.
  // Waits for the next frame; none when the stream is broken.
  std::optional<v1::ForwardFrame> NextFrame() {
    const sync::MutexLock lock(mutex_);
    while (frames_.empty() && !end_) changed_.Wait(mutex_);
    if (frames_.empty()) return std::nullopt;
    v1::ForwardFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  void Settle(v1::SettleFrame frame) {
    const sync::MutexLock lock(mutex_);
    settlements_.push_back(std::move(frame));
    changed_.NotifyAll();
  }
  // Ends the stream; the first reason stays.
  void End(absl::Status reason) {
    const sync::MutexLock lock(mutex_);
    if (!end_) end_ = std::move(reason);
    changed_.NotifyAll();
  }

  // The partitioner's end.
  bool Write(const v1::ForwardFrame& frame) {
    const sync::MutexLock lock(mutex_);
    if (end_) return false;
    frames_.push_back(frame);
    changed_.NotifyAll();
    return true;
  }
  bool Read(v1::SettleFrame& frame) {
    const sync::MutexLock lock(mutex_);
    while (settlements_.empty() && !end_) changed_.Wait(mutex_);
    if (settlements_.empty()) return false;
    frame = std::move(settlements_.front());
    settlements_.pop_front();
    return true;
  }
  absl::Status Finish() {
    const sync::MutexLock lock(mutex_);
    return *end_;
  }

 private:
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  std::deque<v1::ForwardFrame> frames_ ONEWAY_GUARDED_BY(mutex_);
  std::deque<v1::SettleFrame> settlements_ ONEWAY_GUARDED_BY(mutex_);
  std::optional<absl::Status> end_ ONEWAY_GUARDED_BY(mutex_);
};

class FakeForwardStream final : public ForwardStream {
 public:
  explicit FakeForwardStream(std::shared_ptr<FakeStreamState> state) : state_(std::move(state)) {}

  bool Write(const v1::ForwardFrame& frame) override { return state_->Write(frame); }
  bool Read(v1::SettleFrame& frame) override { return state_->Read(frame); }
  absl::Status Finish() override { return state_->Finish(); }
  void Cancel() override { state_->End(absl::CancelledError("cancelled")); }

 private:
  const std::shared_ptr<FakeStreamState> state_;
};

}  // namespace oneway::partitioner::forward
