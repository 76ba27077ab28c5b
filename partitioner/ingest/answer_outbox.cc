// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/answer_outbox.h"

#include <chrono>
#include <utility>

namespace oneway::partitioner::ingest {
namespace {

constexpr std::chrono::seconds kLookForClient{1};

}  // namespace

AnswerOutbox::AnswerOutbox(uint32_t window_batches, std::function<bool()> client_is_gone)
    : window_batches_(window_batches), client_is_gone_(std::move(client_is_gone)) {}

void AnswerOutbox::WaitForChange() {
  // The synchronous gRPC API has no call-back for a client that goes away.
  const bool notified = changed_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kLookForClient);
  if (!notified && client_is_gone_()) closed_ = true;
}

bool AnswerOutbox::WaitForRoom() {
  const sync::MutexLock lock(mutex_);
  while (!closed_ && reading_ && open_ >= window_batches_) WaitForChange();
  return !closed_ && reading_;
}

bool AnswerOutbox::Open() {
  const sync::MutexLock lock(mutex_);
  if (closed_ || !reading_) return false;
  ++open_;
  return true;
}

void AnswerOutbox::Put(Answer answer) {
  const sync::MutexLock lock(mutex_);
  if (closed_) return;
  answers_.push_back(std::move(answer));
  changed_.NotifyAll();
}

bool AnswerOutbox::Take(Answer& answer) {
  const sync::MutexLock lock(mutex_);
  while (!closed_ && answers_.empty() && (reading_ || open_ > 0)) WaitForChange();
  if (closed_ || answers_.empty()) return false;
  answer = std::move(answers_.front());
  answers_.pop_front();
  if (open_-- == window_batches_) changed_.NotifyAll();
  return true;
}

void AnswerOutbox::FinishReading() {
  const sync::MutexLock lock(mutex_);
  reading_ = false;
  changed_.NotifyAll();
}

void AnswerOutbox::Close() {
  const sync::MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

}  // namespace oneway::partitioner::ingest
