// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/inbox.h"

#include <glog/logging.h>

#include <utility>

namespace oneway::shard {
namespace {

size_t BytesOf(const Work& work) {
  if (const auto* batch = std::get_if<std::unique_ptr<EventBatch>>(&work)) return (*batch)->memory_bytes();
  return sizeof(Work);
}

}  // namespace

bool Inbox::Put(Work work, std::optional<MonotonicTime> deadline) {
  const size_t bytes = BytesOf(work);
  const sync::MutexLock lock(mutex_);
  while (!closed_ && bytes_ > 0 && bytes_ + bytes > bytes_max_) {
    if (!deadline) {
      has_room_.Wait(mutex_);
    } else if (!has_room_.WaitUntil(mutex_, *deadline)) {
      return false;
    }
  }
  if (closed_) return false;
  bytes_ += bytes;
  work_.push_back(std::move(work));
  not_empty_.NotifyOne();
  return true;
}

void Inbox::PutSeal(SealOrder order) {
  const sync::MutexLock lock(mutex_);
  CHECK(!seal_.has_value()) << "the committer asks for one seal at a time";
  seal_ = std::move(order);
  not_empty_.NotifyOne();
}

void Inbox::Close() {
  const sync::MutexLock lock(mutex_);
  closed_ = true;
  has_room_.NotifyAll();
}

void Inbox::Abandon() {
  std::deque<Work> dropped;  // beyond the lock: what it holds may have much to free
  const sync::MutexLock lock(mutex_);
  closed_ = true;
  bytes_ = 0;
  dropped.swap(work_);
  has_room_.NotifyAll();
}

void Inbox::StopTaking() {
  const sync::MutexLock lock(mutex_);
  closed_ = true;
  stopped_ = true;
  has_room_.NotifyAll();
  not_empty_.NotifyAll();
}

std::optional<Inbox::Item> Inbox::Take(Wanted wanted) {
  const sync::MutexLock lock(mutex_);
  while (!seal_.has_value() && !stopped_ && (work_.empty() || wanted == Wanted::kSeal)) not_empty_.Wait(mutex_);
  return TakeFirst(Wanted::kAnything);
}

std::optional<Inbox::Item> Inbox::TakeNow(Wanted wanted) {
  const sync::MutexLock lock(mutex_);
  return TakeFirst(stopped_ ? Wanted::kAnything : wanted);
}

std::optional<Inbox::Item> Inbox::TakeFirst(Wanted wanted) {
  if (seal_.has_value()) {
    Item item(std::move(*seal_));
    seal_.reset();
    return item;
  }
  if (work_.empty() || wanted == Wanted::kSeal) return std::nullopt;
  Item item(std::move(work_.front()));
  work_.pop_front();
  bytes_ -= BytesOf(std::get<Work>(item));
  has_room_.NotifyAll();
  return item;
}

size_t Inbox::waiting_bytes() const {
  const sync::MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace oneway::shard
