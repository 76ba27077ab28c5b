// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/settle_outbox.h"

#include <utility>

namespace oneway::ingest {

bool SettleOutbox::WaitForRoom() {
  const sync::MutexLock lock(mutex_);
  while (!closed_ && received_ - taken_ >= kUntoldMax) changed_.Wait(mutex_);
  return !closed_;
}

void SettleOutbox::Received(uint64_t number) {
  const sync::MutexLock lock(mutex_);
  received_ = number;
}

void SettleOutbox::Settle(uint64_t first, uint64_t last, const journal::Mark& mark,
                          const std::vector<shard::EventException>& exceptions) {
  const sync::MutexLock lock(mutex_);
  waiting_.settled = last;
  waiting_.mark = mark;
  for (const auto& exception : exceptions) {
    waiting_.exceptions.push_back({first + exception.index, exception.outcome});
  }
  changed_.NotifyAll();
}

std::optional<SettleOutbox::Settlement> SettleOutbox::Take() {
  const sync::MutexLock lock(mutex_);
  writing_ = false;
  changed_.NotifyAll();
  while (!closed_ && waiting_.settled <= taken_) changed_.Wait(mutex_);
  if (closed_) return std::nullopt;
  Settlement settlement = TakeSome();
  taken_ = settlement.settled;
  writing_ = true;
  changed_.NotifyAll();
  return settlement;
}

SettleOutbox::Settlement SettleOutbox::TakeSome() {
  std::vector<Exception>& exceptions = waiting_.exceptions;
  if (exceptions.size() <= kExceptionsMax) {
    return {.settled = waiting_.settled, .mark = waiting_.mark, .exceptions = std::exchange(exceptions, {})};
  }
  const auto cut = exceptions.begin() + kExceptionsMax;
  Settlement some{.settled = cut->event - 1, .mark = waiting_.mark, .exceptions = {exceptions.begin(), cut}};
  exceptions.erase(exceptions.begin(), cut);
  return some;
}

void SettleOutbox::Close() {
  const sync::MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyAll();
}

bool SettleOutbox::WaitUntilSettled(MonotonicTime deadline) {
  const sync::MutexLock lock(mutex_);
  while (!closed_ && (taken_ < received_ || writing_)) {
    if (!changed_.WaitUntil(mutex_, deadline)) return false;
  }
  return true;
}

bool SettleOutbox::WaitUntilWritten(MonotonicTime deadline) {
  const sync::MutexLock lock(mutex_);
  while (writing_) {
    if (!changed_.WaitUntil(mutex_, deadline)) return false;
  }
  return true;
}

}  // namespace oneway::ingest
