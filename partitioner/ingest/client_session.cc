// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/client_session.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace oneway::partitioner::ingest {
namespace {

// Times beyond what we can tell are refused by the joiner; they hold nothing back.
std::optional<Time> TimeOf(uint64_t unix_nanos) {
  if (unix_nanos > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return FromUnixNanos(unix_nanos);
}

std::optional<Time> SaidBy(const v1::IngestBatch& batch) {
  if (batch.oldest_unanswered_unix_nanos() == 0) return std::nullopt;
  return TimeOf(batch.oldest_unanswered_unix_nanos());
}

std::optional<Time> OldestIn(const v1::IngestBatch& batch) {
  uint64_t oldest = std::numeric_limits<uint64_t>::max();
  for (const v1::Event& event : batch.events()) oldest = std::min<uint64_t>(oldest, event.time_unix_nanos());
  return TimeOf(oldest);
}

void Convert(const AnswerOutbox::Answer& from, v1::IngestAnswer& to) {
  to.Clear();
  to.set_batch(from.batch);
  for (const route::BatchException& exception : from.exceptions) {
    v1::EventException& added = *to.add_exceptions();
    added.set_index(exception.index);
    added.set_status(static_cast<v1::EventStatus>(exception.outcome.status));
    added.set_reason(static_cast<v1::InvalidReason>(exception.outcome.reason));
    added.set_retry_after_millis(exception.outcome.retry_after_millis);
  }
}

}  // namespace

ClientSession::ClientSession(const SessionContext& context, std::function<bool()> client_is_gone)
    : context_(context),
      outbox_(std::make_shared<AnswerOutbox>(context.window_batches, std::move(client_is_gone))),
      intake_(context.intake),
      client_(context.held.Join()) {}

ClientSession::~ClientSession() {
  outbox_->Close();
  context_.held.Leave(client_, context_.clock.Monotonic());
}

bool ClientSession::Take(const v1::IngestBatch& batch) {
  if (!outbox_->Open()) return false;
  context_.figures->batches.fetch_add(1, std::memory_order_relaxed);
  context_.held.BatchRead(client_, SaidBy(batch), OldestIn(batch), context_.clock.Monotonic());
  intake_.Take(batch, TicketFor(batch));
  context_.held.BatchRouted(client_);
  return true;
}

std::shared_ptr<route::BatchTicket> ClientSession::TicketFor(const v1::IngestBatch& batch) {
  const auto events = static_cast<uint32_t>(batch.events_size());
  auto answer = [outbox = outbox_, figures = context_.figures, events](uint64_t number,
                                                                       std::vector<route::BatchException> exceptions) {
    figures->CountAnswer(events, exceptions);
    outbox->Put({number, std::move(exceptions)});
  };
  return std::make_shared<route::BatchTicket>(batch.batch(), events + 1, std::move(answer));
}

bool ClientSession::NextAnswer(v1::IngestAnswer& answer) {
  if (!outbox_->Take(answer_)) return false;
  Convert(answer_, answer);
  return true;
}

void ClientSession::Answered() {
  context_.held.BatchAnswered(client_, context_.clock.Monotonic());
}

}  // namespace oneway::partitioner::ingest
