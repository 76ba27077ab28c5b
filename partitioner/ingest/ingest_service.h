// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/server_context.h>

#include <cstdint>
#include <map>
#include <memory>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "oneway/v1/ingest.grpc.pb.h"
#include "partitioner/ingest/client_session.h"

namespace oneway::partitioner::ingest {

// The service that clients call. A stream is read by the call's own thread and answered by a second one, a single call
// does both in turn.
//
// Threading: thread-safe. `context` outlives it.
class IngestService final : public v1::Ingest::Service {
 public:
  struct Options {
    uint32_t client_streams_max = 512;  // single calls in progress count, too
  };
  IngestService(Options options, const SessionContext& context);

  grpc::Status Stream(grpc::ServerContext* call,
                      grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>* stream) override;
  grpc::Status Send(grpc::ServerContext* call, const v1::IngestBatch* batch, v1::IngestAnswer* answer) override;

  // Takes no further call or batch, answers what was read, and ends the streams; at `deadline` ends them as they are,
  // and returns false when there were any.
  bool Drain(MonotonicTime deadline);

 private:
  // A call in progress, known to Drain for as long as it lasts.
  class Visit;

  grpc::Status Serve(Visit& visit, grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>& stream);
  // Ends the stream for a batch that cannot be taken; what was taken before goes on without being answered.
  grpc::Status RefuseBatch(Visit& visit, const absl::Status& reason);
  void WriteAnswers(Visit& visit, grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>& stream);
  grpc::Status Admit(Visit& visit);

  const Options options_;
  const SessionContext& context_;
  sync::Mutex mutex_;
  sync::ConditionVariable left_;
  bool draining_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::map<Visit*, grpc::ServerContext*> visits_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::partitioner::ingest
