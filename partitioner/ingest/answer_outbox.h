// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "common/sync/mutex.h"
#include "partitioner/route/batch_ticket.h"

namespace oneway::partitioner::ingest {

// The answers on their way to one client, and the window of its batches that wait for one: a client that sends faster
// than the joiners settle is not read any further. Because each batch takes a place in the window until its answer is
// taken out, putting an answer in never has to wait.
//
// Flow: the reading thread asks for room and counts batches; whoever settles puts answers in; the writing thread takes
// them out.
// Threading: thread-safe.
// Ownership: shared with the tickets of the batches, which may be settled after the client is gone.
class AnswerOutbox {
 public:
  struct Answer {
    uint64_t batch = 0;
    std::vector<route::BatchException> exceptions;
  };

  // `client_is_gone` is asked about once a second by a thread that waits here.
  AnswerOutbox(uint32_t window_batches, std::function<bool()> client_is_gone);

  // Waits for room for one more batch; false when no batch is to be read any more.
  bool WaitForRoom();
  // Takes a place in the window for a batch; false when it came too late and must be dropped unanswered.
  bool Open();
  // Answers a batch. Never blocks.
  void Put(Answer answer);
  // Waits for the next answer; false when there will be none.
  bool Take(Answer& answer);

  // No batch is opened any more; those that are get their answers.
  void FinishReading();
  // Nothing is read or answered any more.
  void Close();

 private:
  void WaitForChange() ONEWAY_REQUIRES(mutex_);

  const uint32_t window_batches_;
  const std::function<bool()> client_is_gone_;
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  std::deque<Answer> answers_ ONEWAY_GUARDED_BY(mutex_);
  uint32_t open_ ONEWAY_GUARDED_BY(mutex_) = 0;  // batches read, and their answers not taken
  bool reading_ ONEWAY_GUARDED_BY(mutex_) = true;
  bool closed_ ONEWAY_GUARDED_BY(mutex_) = false;
};

}  // namespace oneway::partitioner::ingest
