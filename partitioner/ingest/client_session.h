// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "common/time/clock.h"
#include "oneway/v1/ingest.pb.h"
#include "partitioner/ingest/answer_outbox.h"
#include "partitioner/ingest/batch_intake.h"
#include "partitioner/ingest/ingest_figures.h"
#include "partitioner/route/held_times.h"

namespace oneway::partitioner::ingest {

// What all sessions share.
struct SessionContext {
  BatchIntake::Parts intake;
  const time::Clock& clock;
  route::HeldTimes& held;
  std::shared_ptr<IngestFigures> figures;  // shared with tickets, which may be settled after the service is gone
  uint32_t window_batches = 64;            // of one client, read and not answered
};

// One client from its first batch to its last answer, whether it calls once or streams; knows nothing of gRPC.
//
// Flow: the call's thread reads batches into Take; a writer takes the answers from outbox().
// Threading: Take from one thread; outbox() is thread-safe.
class ClientSession {
 public:
  // `context` outlives the session; `client_is_gone` as for AnswerOutbox.
  ClientSession(const SessionContext& context, std::function<bool()> client_is_gone);
  // From now on it is remembered for a while what the client said it holds.
  ~ClientSession();

  // Routes a batch whose bounds were checked. False when it came too late; it is dropped then, unanswered.
  bool Take(const v1::IngestBatch& batch);
  // Waits for the next answer; false when there will be none.
  bool NextAnswer(v1::IngestAnswer& answer);
  // The answer was handed to the client.
  void Answered();

  AnswerOutbox& outbox() { return *outbox_; }

 private:
  std::shared_ptr<route::BatchTicket> TicketFor(const v1::IngestBatch& batch);

  const SessionContext& context_;
  const std::shared_ptr<AnswerOutbox> outbox_;
  BatchIntake intake_;
  const route::HeldTimes::ClientId client_;
  AnswerOutbox::Answer answer_;  // of NextAnswer, reused
};

}  // namespace oneway::partitioner::ingest
