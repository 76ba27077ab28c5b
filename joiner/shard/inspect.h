// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <utility>

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

// Runs `inspect` (Inspection -> Answer) on the committer's thread and waits for what it returns. None: no commit within
// `wait_max`, or the committer has stopped. Not from the committer's own thread.
template <typename Inspect>
auto InspectAndWait(Committer& committer, bool count_open, Duration wait_max, Inspect inspect) {
  using Answer = decltype(inspect(std::declval<const Inspection&>()));
  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> answer = promise->get_future();
  committer.Inspect(count_open, [promise = std::move(promise), inspect = std::move(inspect)](
                                    const Inspection& inspection) { promise->set_value(inspect(inspection)); });
  return Await(answer, wait_max);
}

}  // namespace oneway::shard
