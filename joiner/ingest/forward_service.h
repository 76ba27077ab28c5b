// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "common/hash/slot_map.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "joiner/ingest/column_decoder.h"
#include "joiner/ingest/handshake.h"
#include "joiner/ingest/ingest_figures.h"
#include "joiner/ingest/serving_gate.h"
#include "joiner/ingest/settle_outbox.h"
#include "joiner/journal/journal_store.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/shard/committer.h"
#include "joiner/shard/runner.h"
#include "oneway/v1/forward.grpc.pb.h"

namespace oneway::ingest {

// Takes events from partitioners: one handshake each, then one ordered stream a shard.
//
// Flow: partitioner -> Stream -> ColumnDecoder -> the shard's inbox; settlements come back through a SettleOutbox.
// Threading: thread-safe; gRPC calls it on threads of its own, one that reads and one that writes a stream.
// The committer must have made its first commit, so that its view carries the run of this process.
// Ownership: everything handed in as a reference outlives it and its gRPC server.
class ForwardService final : public oneway::v1::Forward::Service {
 public:
  struct Options {
    JoinerIdentity identity;
    hash::HashSeed seed{};
    hash::JoinerIndex joiner{};
    Duration skew_max = std::chrono::minutes(5);
    bool accept_loss = false;  // serve although a partitioner holds an acknowledgement that the data lacks
    size_t streams_max = 1024;
  };
  struct Parts {
    const time::Clock& clock;
    const hash::SlotMap& slots;
    ledger::Dictionary& dictionary;
    const journal::JournalStore& store;
    shard::Committer& committer;
    ServingGate& gate;
    std::vector<shard::Runner*> runners;  // by shard
  };
  ForwardService(Options options, Parts parts);

  grpc::Status Handshake(grpc::ServerContext* context, const oneway::v1::HandshakeRequest* request,
                         oneway::v1::HandshakeReply* reply) override;
  grpc::Status Stream(grpc::ServerContext* context,
                      grpc::ServerReaderWriter<oneway::v1::SettleFrame, oneway::v1::ForwardFrame>* stream) override;

  // Lets every stream tell what it has taken, at most until `deadline`, then ends them; partitioners hold the rest and
  // send it again. The gate has to be closed before: from then on streams take nothing more.
  void Drain(MonotonicTime deadline);

  IngestFigures figures() const;

 private:
  struct Session {
    grpc::ServerContext* context;
    std::shared_ptr<SettleOutbox> outbox;
  };
  using ServerStream = grpc::ServerReaderWriter<oneway::v1::SettleFrame, oneway::v1::ForwardFrame>;

  absl::Status CheckNothingLost(const journal::Mark& acked);
  absl::Status CheckOpen(const oneway::v1::StreamOpen& open) const;
  std::optional<std::list<Session>::iterator> AddSession(const Session& session);
  absl::Status Serve(grpc::ServerContext& context, ServerStream& stream, uint32_t shard,
                     const std::shared_ptr<SettleOutbox>& outbox);
  absl::Status ReadFrames(ServerStream& stream, uint32_t shard, const std::shared_ptr<SettleOutbox>& outbox);
  absl::Status TakeEvents(oneway::v1::EventColumns& columns, ColumnDecoder& decoder, uint64_t& last_number,
                          const std::shared_ptr<SettleOutbox>& outbox, std::unique_ptr<shard::EventBatch>& batch);
  absl::Status WhyItEnds() const;

  const Options options_;
  const Parts parts_;
  std::atomic<uint64_t> next_stream_{1};
  std::atomic<uint64_t> frames_{0};
  std::atomic<uint64_t> events_{0};
  std::atomic<uint64_t> refused_{0};
  mutable sync::Mutex mutex_;
  std::list<Session> sessions_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::ingest
