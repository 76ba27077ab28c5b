// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/client/support/ingest_server.h"

#include <deque>
#include <utility>

namespace oneway::client {

// One stream. Destroys itself when gRPC is through with it.
class IngestServer::StreamReactor final : public grpc::ServerBidiReactor<v1::IngestBatch, v1::IngestAnswer> {
 public:
  explicit StreamReactor(IngestServer& server) : server_(server) { StartRead(&batch_); }

  void Answer(const v1::IngestAnswer& answer) {
    std::lock_guard lock(mutex_);
    if (finished_) return;
    answers_.push_back(answer);
    if (answers_.size() == 1) StartWrite(&answers_.front());
  }

  // After the answers that are under way.
  void End(const grpc::Status& status) {
    std::lock_guard lock(mutex_);
    end_ = status;
    FinishIfDone();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status::OK);
    server_.OnBatch(*this, batch_);
    StartRead(&batch_);
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard lock(mutex_);
    answers_.pop_front();
    if (!ok) answers_.clear();
    if (!answers_.empty()) return StartWrite(&answers_.front());
    FinishIfDone();
  }

  void OnDone() override {
    server_.OnGone(*this);
    delete this;
  }

 private:
  void FinishIfDone() {
    if (!end_.has_value() || !answers_.empty() || std::exchange(finished_, true)) return;
    Finish(*end_);
  }

  IngestServer& server_;
  v1::IngestBatch batch_;
  std::mutex mutex_;
  std::deque<v1::IngestAnswer> answers_;  // the first one is being written
  std::optional<grpc::Status> end_;
  bool finished_ = false;
};

IngestServer::IngestServer(Handler handler, grpc::Service* further) : handler_(std::move(handler)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  if (further != nullptr) builder.RegisterService(further);
  server_ = builder.BuildAndStart();
  target_ = "127.0.0.1:" + std::to_string(port);
}

IngestServer::~IngestServer() {
  Stop();
}

void IngestServer::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

IngestServer::Handler IngestServer::AnswersOk() {
  return [](const v1::IngestBatch& batch) {
    v1::IngestAnswer answer;
    answer.set_batch(batch.batch());
    return answer;
  };
}

void IngestServer::Answer(const v1::IngestAnswer& answer) {
  std::lock_guard lock(mutex_);
  if (latest_ != nullptr) latest_->Answer(answer);
}

void IngestServer::End(const grpc::Status& status) {
  std::lock_guard lock(mutex_);
  if (latest_ != nullptr) latest_->End(status);
}

grpc::ServerBidiReactor<v1::IngestBatch, v1::IngestAnswer>* IngestServer::Stream(grpc::CallbackServerContext*) {
  auto* stream = new StreamReactor(*this);
  std::lock_guard lock(mutex_);
  latest_ = stream;
  return stream;
}

void IngestServer::OnBatch(StreamReactor& stream, const v1::IngestBatch& batch) {
  batches_.Put(batch);
  if (handler_ == nullptr) return;
  if (const auto answer = handler_(batch)) stream.Answer(*answer);
}

void IngestServer::OnGone(StreamReactor& stream) {
  std::lock_guard lock(mutex_);
  if (latest_ == &stream) latest_ = nullptr;
}

}  // namespace oneway::client
