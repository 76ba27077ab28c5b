// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/forward_service.h"

#include <glog/logging.h>

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/status.h"
#include "joiner/ingest/mark_proto.h"

namespace oneway::ingest {
namespace {

using ingest::Fill;

constexpr auto kStreamRetryAfter = std::chrono::seconds(1);
// How long a stream that ends waits for its last settlement to be on its way.
constexpr auto kLastWriteWaitMax = std::chrono::seconds(1);

void Fill(const SettleOutbox::Settlement& settlement, oneway::v1::SettleFrame& frame) {
  frame.Clear();
  frame.set_settled(settlement.settled);
  Fill(settlement.mark, *frame.mutable_mark());
  for (const SettleOutbox::Exception& exception : settlement.exceptions) {
    oneway::v1::EventSettlement& proto = *frame.add_exceptions();
    proto.set_event(exception.event);
    proto.set_status(oneway::v1::EventStatus(exception.outcome.status));
    proto.set_reason(oneway::v1::InvalidReason(exception.outcome.reason));
    proto.set_retry_after_millis(exception.outcome.retry_after_millis);
  }
}

// Writes settlements until the outbox closes or the stream breaks.
void WriteSettlements(grpc::ServerReaderWriter<oneway::v1::SettleFrame, oneway::v1::ForwardFrame>& stream,
                      SettleOutbox& outbox) {
  oneway::v1::SettleFrame frame;
  while (std::optional<SettleOutbox::Settlement> settlement = outbox.Take()) {
    Fill(*settlement, frame);
    if (!stream.Write(frame)) outbox.Close();
  }
}

}  // namespace

ForwardService::ForwardService(Options options, Parts parts) : options_(std::move(options)), parts_(std::move(parts)) {}

grpc::Status ForwardService::Handshake(grpc::ServerContext*, const oneway::v1::HandshakeRequest* request,
                                       oneway::v1::HandshakeReply* reply) {
  if (const absl::Status status = CheckPartitionerName(request->partitioner()); !status.ok())
    return rpc::ToGrpc(status);
  absl::Status status = parts_.gate.Check();
  if (status.ok()) status = CheckSameCluster(options_.identity, *request);
  if (status.ok()) status = CheckNothingLost(MarkOf(request->highest_acked()));
  if (!status.ok()) {
    LOG(WARNING) << "handshake of partitioner " << request->partitioner() << " refused: " << status.message();
    return rpc::ToGrpc(status);
  }
  LOG(INFO) << "handshake of partitioner " << request->partitioner();
  reply->set_wire_version(kWireVersion);
  reply->set_shards(static_cast<uint32_t>(parts_.runners.size()));
  Fill(parts_.committer.view()->mark, *reply->mutable_durable());
  return grpc::Status::OK;
}

absl::Status ForwardService::CheckNothingLost(const journal::Mark& acked) {
  // An ack is only ever given for a durable commit, so what the store does not contain now it never did.
  if (parts_.store.Contains(acked)) return absl::OkStatus();
  const journal::Mark durable = parts_.store.Durable();
  if (options_.accept_loss) {
    LOG(WARNING) << "--accept-loss: serving although " << LossMessage(acked, durable);
    return absl::OkStatus();
  }
  parts_.gate.Refuse(LossMessage(acked, durable));
  Drain(parts_.clock.Monotonic());
  return parts_.gate.Check();
}

absl::Status ForwardService::CheckOpen(const oneway::v1::StreamOpen& open) const {
  if (absl::Status status = CheckPartitionerName(open.partitioner()); !status.ok()) return status;
  if (absl::Status status = parts_.gate.Check(); !status.ok()) return status;
  if (open.run() != static_cast<uint64_t>(parts_.committer.view()->mark.run)) {
    return absl::AbortedError("this joiner was restarted since the handshake; shake hands again");
  }
  if (open.shard() >= parts_.runners.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("shard ", open.shard(), " of ", parts_.runners.size(), " does not exist"));
  }
  return absl::OkStatus();
}

grpc::Status ForwardService::Stream(grpc::ServerContext* context, ServerStream* stream) {
  oneway::v1::ForwardFrame first;
  if (!stream->Read(&first))
    return grpc::Status(grpc::StatusCode::CANCELLED, "the stream ended before its first frame");
  auto outbox = std::make_shared<SettleOutbox>();
  const auto session = AddSession({context, outbox});
  if (!session) {
    return rpc::RefusalForLoad(
        absl::StrCat("this joiner has ", options_.streams_max, " streams of partitioners, as many as it takes"),
        kStreamRetryAfter);
  }
  // Only now, so that whoever closes the gate either shows here or finds the session to end.
  absl::Status status = CheckOpen(first.open());
  if (status.ok()) status = Serve(*context, *stream, first.open().shard(), outbox);
  if (!status.ok()) {
    LOG(WARNING) << "stream of partitioner " << first.open().partitioner().substr(0, kPartitionerNameBytesMax)
                 << " ended: " << status.message();
  }
  const sync::MutexLock lock(mutex_);
  sessions_.erase(*session);
  return rpc::ToGrpc(status);
}

std::optional<std::list<ForwardService::Session>::iterator> ForwardService::AddSession(const Session& session) {
  const sync::MutexLock lock(mutex_);
  if (sessions_.size() >= options_.streams_max) return std::nullopt;
  return sessions_.insert(sessions_.end(), session);
}

absl::Status ForwardService::Serve(grpc::ServerContext& context, ServerStream& stream, uint32_t shard,
                                   const std::shared_ptr<SettleOutbox>& outbox) {
  std::thread writer([&stream, &outbox] { WriteSettlements(stream, *outbox); });
  absl::Status status = ReadFrames(stream, shard, outbox);
  outbox->Close();
  // Cancelled it would not learn the reason; but a partitioner that does not read must not keep us.
  if (!outbox->WaitUntilWritten(std::chrono::steady_clock::now() + kLastWriteWaitMax)) context.TryCancel();
  writer.join();
  return status;
}

absl::Status ForwardService::ReadFrames(ServerStream& stream, uint32_t shard,
                                        const std::shared_ptr<SettleOutbox>& outbox) {
  const uint64_t stream_id = next_stream_.fetch_add(1);
  ColumnDecoder decoder({.seed = options_.seed,
                         .joiner = options_.joiner,
                         .shard = shard,
                         .shards = static_cast<uint32_t>(parts_.runners.size()),
                         .skew_max = options_.skew_max},
                        parts_.slots, parts_.dictionary);
  uint64_t last_number = 0;
  oneway::v1::ForwardFrame frame;
  while (stream.Read(&frame)) {
    // Once the gate is closed, what comes stays with the partitioner, or a drain would never end.
    if (!parts_.gate.Check().ok()) continue;
    if (!outbox->WaitForRoom()) return WhyItEnds();
    auto batch = std::make_unique<shard::EventBatch>();
    if (frame.has_events()) {
      absl::Status status = TakeEvents(*frame.mutable_events(), decoder, last_number, outbox, batch);
      if (!status.ok()) return status;
    }
    batch->stream = stream_id;
    batch->low_mark = FromUnixNanos(frame.low_mark_unix_nanos());
    if (!parts_.runners[shard]->inbox().Put(std::move(batch))) return WhyItEnds();
  }
  return absl::OkStatus();
}

absl::Status ForwardService::TakeEvents(oneway::v1::EventColumns& columns, ColumnDecoder& decoder,
                                        uint64_t& last_number, const std::shared_ptr<SettleOutbox>& outbox,
                                        std::unique_ptr<shard::EventBatch>& batch) {
  if (columns.first() != last_number + 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame begins with event ", columns.first(), " where ", last_number + 1, " is next"));
  }
  auto decoded = decoder.Decode(columns, parts_.committer.ReadWall());
  if (!decoded.ok()) return decoded.status();
  batch = *std::move(decoded);
  frames_.fetch_add(1, std::memory_order_relaxed);
  events_.fetch_add(columns.count(), std::memory_order_relaxed);
  refused_.fetch_add(batch->refused.size(), std::memory_order_relaxed);
  const uint64_t first = columns.first();
  last_number = first + columns.count() - 1;
  outbox->Received(last_number);
  batch->on_settled = [outbox, first, last = last_number](const journal::Mark& mark,
                                                          std::vector<shard::EventException> exceptions) {
    outbox->Settle(first, last, mark, exceptions);
  };
  return absl::OkStatus();
}

absl::Status ForwardService::WhyItEnds() const {
  const absl::Status gate = parts_.gate.Check();
  return gate.ok() ? absl::UnavailableError("this joiner takes no more events") : gate;
}

void ForwardService::Drain(MonotonicTime deadline) {
  std::vector<std::shared_ptr<SettleOutbox>> outboxes;
  {
    const sync::MutexLock lock(mutex_);
    for (const Session& session : sessions_) outboxes.push_back(session.outbox);
  }
  for (const auto& outbox : outboxes) outbox->WaitUntilSettled(deadline);
  const sync::MutexLock lock(mutex_);
  for (const Session& session : sessions_) {
    session.outbox->Close();
    session.context->TryCancel();
  }
}

IngestFigures ForwardService::figures() const {
  const sync::MutexLock lock(mutex_);
  return {.frames = frames_, .events = events_, .refused = refused_, .streams = sessions_.size()};
}

}  // namespace oneway::ingest
