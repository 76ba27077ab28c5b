// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "oneway/v1/ingest.grpc.pb.h"
#include "oneway/v1/query.grpc.pb.h"
#include "tests/unit/client/support/awaited.h"

namespace oneway::client {

// A partitioner of tests, in this process on a free port: service Ingest under the test's control.
// Threading: thread-safe.
class IngestServer final : private v1::Ingest::CallbackService {
 public:
  // What to answer to a batch at once; nullopt: the test calls Answer() itself.
  using Handler = std::function<std::optional<v1::IngestAnswer>(const v1::IngestBatch&)>;

  // Serves `further` at the same port, where given.
  explicit IngestServer(Handler handler = nullptr, grpc::Service* further = nullptr);
  ~IngestServer() override;

  // A handler that answers OK for each event.
  static Handler AnswersOk();

  // "127.0.0.1:port".
  const std::string& target() const { return target_; }

  // The next batch that came on a stream; waits for it.
  v1::IngestBatch TakeBatch() { return batches_.Take(); }

  // Both mean the stream that was opened last, and do nothing when it is gone.
  void Answer(const v1::IngestAnswer& answer);
  void End(const grpc::Status& status);

  // Stops listening and cuts every stream.
  void Stop();

 private:
  class StreamReactor;

  grpc::ServerBidiReactor<v1::IngestBatch, v1::IngestAnswer>* Stream(grpc::CallbackServerContext* context) override;
  void OnBatch(StreamReactor& stream, const v1::IngestBatch& batch);
  void OnGone(StreamReactor& stream);

  const Handler handler_;
  Awaited<v1::IngestBatch> batches_;
  std::mutex mutex_;
  StreamReactor* latest_ = nullptr;
  std::string target_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace oneway::client
