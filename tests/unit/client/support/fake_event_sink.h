// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "client/internal/event_sink.h"
#include "tests/unit/client/support/awaited.h"

namespace oneway::client {

// The far end of a FakeEventSink: what a test sees of the client, and what it lets happen to it.
// Threading: thread-safe. Outlives the sink.
class FakePeer {
 public:
  // The next target that was opened, and the next batch that was sent; they wait for it.
  std::string TakeOpened() { return opened_.Take(); }
  v1::IngestBatch TakeBatch() { return batches_.Take(); }
  bool HasBatch() { return !batches_.IsEmpty(); }

  // While false, a batch that was sent keeps the sink from being writable.
  void SetWritable(bool writable) {
    std::lock_guard lock(mutex_);
    writable_ = writable;
    if (writable && std::exchange(owes_writable_, false) && listener_ != nullptr) listener_->OnWritable();
  }

  void Answer(const v1::IngestAnswer& answer) {
    std::lock_guard lock(mutex_);
    if (listener_ != nullptr) listener_->OnAnswer(answer);
  }

  // Answers the batch with OK for each event.
  void AnswerOk(const v1::IngestBatch& batch) {
    v1::IngestAnswer answer;
    answer.set_batch(batch.batch());
    Answer(answer);
  }

  void End(const StreamEnd& end) {
    std::lock_guard lock(mutex_);
    if (listener_ != nullptr) std::exchange(listener_, nullptr)->OnEnd(end);
  }

 private:
  friend class FakeEventSink;

  void Open(const std::string& target, StreamListener& listener) {
    {
      std::lock_guard lock(mutex_);
      listener_ = &listener;
      owes_writable_ = false;
    }
    opened_.Put(target);
  }

  void Send(const v1::IngestBatch& batch) {
    {
      std::lock_guard lock(mutex_);
      if (listener_ == nullptr) return;
    }
    batches_.Put(batch);
    std::lock_guard lock(mutex_);
    owes_writable_ = !writable_;
    if (writable_ && listener_ != nullptr) listener_->OnWritable();
  }

  void Close() {
    std::lock_guard lock(mutex_);
    listener_ = nullptr;
  }

  std::mutex mutex_;  // held while the listener is called, so that Close is the end of it
  StreamListener* listener_ = nullptr;
  bool writable_ = true;
  bool owes_writable_ = false;
  Awaited<std::string> opened_;
  Awaited<v1::IngestBatch> batches_;
};

// An EventSink without a network.
class FakeEventSink final : public EventSink {
 public:
  explicit FakeEventSink(FakePeer& peer) : peer_(peer) {}
  void Open(const std::string& target, StreamListener& listener) override { peer_.Open(target, listener); }
  void Send(const v1::IngestBatch& batch) override { peer_.Send(batch); }
  void Close() override { peer_.Close(); }

 private:
  FakePeer& peer_;
};

}  // namespace oneway::client
