// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/ingest_service.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/rpc/status.h"
#include "partitioner/ingest/validate.h"

namespace oneway::partitioner::ingest {
namespace {

constexpr Duration kRetryAfter = std::chrono::seconds(1);

grpc::Status Draining() {
  return {grpc::StatusCode::UNAVAILABLE, "this partitioner shuts down; use another one"};
}

// Stands in a batch before it is read. gRPC's Read says no more than false both at the end of a stream and for bytes
// that it cannot parse; but parsing begins by clearing the batch, this with it.
constexpr uint64_t kNothingParsed = UINT64_MAX;

absl::Status NoBatch() {
  return absl::InvalidArgumentError("the bytes of a message are no oneway.v1.IngestBatch; perhaps it was cut off");
}

}  // namespace

class IngestService::Visit {
 public:
  Visit(IngestService& service, grpc::ServerContext& call)
      : service_(service), call_(call), session_(service.context_, [&call] { return call.IsCancelled(); }) {}

  ~Visit() {
    const sync::MutexLock lock(service_.mutex_);
    service_.visits_.erase(this);
    service_.context_.figures->streams.store(static_cast<uint32_t>(service_.visits_.size()));
    service_.left_.NotifyAll();
  }

  grpc::ServerContext& call() { return call_; }
  ClientSession& session() { return session_; }
  std::atomic<bool> reading_ended{false};  // set by the reading thread before it ends the outbox

 private:
  IngestService& service_;
  grpc::ServerContext& call_;
  ClientSession session_;
};

IngestService::IngestService(Options options, const SessionContext& context) : options_(options), context_(context) {}

grpc::Status IngestService::Stream(grpc::ServerContext* call,
                                   grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>* stream) {
  Visit visit(*this, *call);
  if (grpc::Status refusal = Admit(visit); !refusal.ok()) return refusal;
  std::thread writer([&] { WriteAnswers(visit, *stream); });
  grpc::Status status = Serve(visit, *stream);
  writer.join();
  return status;
}

grpc::Status IngestService::Serve(Visit& visit, grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>& stream) {
  AnswerOutbox& outbox = visit.session().outbox();
  bool client_is_done = false;
  v1::IngestBatch batch;  // read into again and again, so that its events keep their memory
  while (outbox.WaitForRoom()) {
    batch.set_batch(kNothingParsed);
    if (!stream.Read(&batch)) {
      if (batch.batch() != kNothingParsed) return RefuseBatch(visit, NoBatch());
      client_is_done = !visit.call().IsCancelled();
      break;
    }
    if (const absl::Status bounds = CheckBatch(batch); !bounds.ok()) return RefuseBatch(visit, bounds);
    if (!visit.session().Take(batch)) break;
  }
  visit.reading_ended = true;
  outbox.FinishReading();
  if (visit.call().IsCancelled()) outbox.Close();
  // Never OK to a client that might have sent more: OK would tell it that all it wrote was read.
  return client_is_done ? grpc::Status::OK : Draining();
}

grpc::Status IngestService::RefuseBatch(Visit& visit, const absl::Status& reason) {
  context_.figures->batches_refused.fetch_add(1, std::memory_order_relaxed);
  visit.reading_ended = true;
  visit.session().outbox().Close();
  return rpc::ToGrpc(reason);
}

void IngestService::WriteAnswers(Visit& visit, grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>& stream) {
  v1::IngestAnswer answer;
  while (visit.session().NextAnswer(answer)) {
    if (!stream.Write(answer)) {
      visit.session().outbox().Close();
      break;
    }
    visit.session().Answered();
  }
  // Nothing will be answered any more. Where the reading thread still waits for a batch, only this wakes it.
  if (!visit.reading_ended) visit.call().TryCancel();
}

grpc::Status IngestService::Send(grpc::ServerContext* call, const v1::IngestBatch* batch, v1::IngestAnswer* answer) {
  Visit visit(*this, *call);
  if (grpc::Status refusal = Admit(visit); !refusal.ok()) return refusal;
  if (const absl::Status bounds = CheckBatch(*batch); !bounds.ok()) {
    context_.figures->batches_refused.fetch_add(1, std::memory_order_relaxed);
    return rpc::ToGrpc(bounds);
  }
  if (!visit.session().Take(*batch)) return Draining();
  if (!visit.session().NextAnswer(*answer))
    return {grpc::StatusCode::UNAVAILABLE, "not settled in time; send it again"};
  visit.session().Answered();
  return grpc::Status::OK;
}

grpc::Status IngestService::Admit(Visit& visit) {
  const sync::MutexLock lock(mutex_);
  if (draining_) return Draining();
  if (visits_.size() >= options_.client_streams_max) {
    context_.figures->streams_refused.fetch_add(1, std::memory_order_relaxed);
    // What RetryInfo says, for clients that leave retries to gRPC.
    visit.call().AddTrailingMetadata("grpc-retry-pushback-ms",
                                     absl::StrCat(kRetryAfter / std::chrono::milliseconds(1)));
    return rpc::RefusalForLoad(
        absl::StrCat("this partitioner serves ", visits_.size(), " clients, as many as --client-streams-max allows"),
        kRetryAfter);
  }
  visits_.emplace(&visit, &visit.call());
  context_.figures->streams.store(static_cast<uint32_t>(visits_.size()));
  return grpc::Status::OK;
}

bool IngestService::Drain(MonotonicTime deadline) {
  const sync::MutexLock lock(mutex_);
  draining_ = true;
  for (const auto& [visit, call] : visits_) visit->session().outbox().FinishReading();
  while (!visits_.empty()) {
    if (left_.WaitUntil(mutex_, deadline)) continue;
    for (const auto& [visit, call] : visits_) {
      visit->session().outbox().Close();
      call->TryCancel();
    }
    return false;
  }
  return true;
}

}  // namespace oneway::partitioner::ingest
