// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/shard/committer.h"

namespace oneway::shard {

// Waits for `answer`, for at most `wait_max`. None: too late, or whoever should have answered is gone.
template <typename Answer>
std::optional<Answer> Await(std::future<Answer>& answer, Duration wait_max) {
  if (answer.wait_for(wait_max) != std::future_status::ready) return std::nullopt;
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return std::nullopt;  // dropped unanswered: the committer has stopped
  }
}

// A question to the committer whose asker may stop waiting, and then be gone with all that the question looks at.
// Threading: thread-safe.
template <typename Answer>
class Question {
 public:
  std::future<Answer> TakeFuture() { return promise_.get_future(); }

  // Answers with what `inspect` returns, unless nobody waits any more. The asker cannot leave meanwhile.
  template <typename Inspect>
  void Answered(const Inspect& inspect, const Inspection& inspection) {
    const sync::MutexLock lock(mutex_);
    if (!abandoned_) promise_.set_value(inspect(inspection));
  }

  // Once it returns, the question looks at nothing of the asker's.
  void Abandon() {
    const sync::MutexLock lock(mutex_);
    abandoned_ = true;
  }

 private:
  sync::Mutex mutex_;
  bool abandoned_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::promise<Answer> promise_;
};

// Runs `inspect` (Inspection -> Answer) on the committer's thread and waits for what it returns. None: no commit within
// `wait_max`, or the committer has stopped; `inspect` then does not run any more. Not from the committer's own thread.
template <typename Inspect>
auto InspectAndWait(Committer& committer, bool count_open, Duration wait_max, Inspect inspect) {
  using Answer = decltype(inspect(std::declval<const Inspection&>()));
  auto question = std::make_shared<Question<Answer>>();
  std::future<Answer> future = question->TakeFuture();
  std::weak_ptr<Question<Answer>> asked = question;
  committer.Inspect(count_open, [question = std::move(question), inspect = std::move(inspect)](
                                    const Inspection& inspection) { question->Answered(inspect, inspection); });
  std::optional<Answer> answer = Await(future, wait_max);
  if (const auto late = asked.lock()) late->Abandon();
  return answer;
}

}  // namespace oneway::shard
