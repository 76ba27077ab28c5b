// SPDX-License-Identifier: Apache-2.0
#include "client/internal/grpc_event_sink.h"

#include <grpcpp/grpcpp.h>

#include "client/internal/channel.h"
#include "common/rpc/status.h"
#include "common/sync/mutex.h"
#include "oneway/v1/ingest.grpc.pb.h"

namespace oneway::client {

// One call, and the reactions to what happens on it.
//
// gRPC wants a hold for as long as writes may be started from outside of a reaction: one is released when the reads
// end, which every end of a call leads to; each write under way from Send() has another. Threading: Send and Close by
// the sink's owner; reactions by gRPC's threads.
class GrpcEventSink::Stream final : public grpc::ClientBidiReactor<v1::IngestBatch, v1::IngestAnswer> {
 public:
  Stream(const std::string& target, StreamListener& listener)
      : stub_(v1::Ingest::NewStub(StreamChannel(target))), listener_(listener) {
    stub_->async()->Stream(&context_, this);
    AddHold();
    StartRead(&answer_);
    StartCall();
  }

  void Send(const v1::IngestBatch& batch) {
    {
      sync::MutexLock lock(mutex_);
      if (reads_ended_) return;
      // Taken while the reads' hold is still there, so that the call cannot go before StartWrite.
      AddHold();
    }
    StartWrite(&batch);
    RemoveHold();
  }

  // Returns once gRPC is through with this object.
  void Close() {
    {
      sync::MutexLock lock(mutex_);
      muted_ = true;
    }
    context_.TryCancel();
    sync::MutexLock lock(mutex_);
    while (!done_) finished_.Wait(mutex_);
  }

  void OnWriteDone(bool ok) override {
    if (ok && !IsMuted()) listener_.OnWritable();
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      if (!IsMuted()) listener_.OnAnswer(answer_);
      StartRead(&answer_);
      return;
    }
    {
      sync::MutexLock lock(mutex_);
      reads_ended_ = true;
    }
    RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    if (!IsMuted()) listener_.OnEnd(EndOf(status));
    // Notified under the lock: the waiter may destroy this object as soon as it has it.
    sync::MutexLock lock(mutex_);
    done_ = true;
    finished_.NotifyAll();
  }

 private:
  static StreamEnd EndOf(const grpc::Status& status) {
    if (status.ok()) return {.reason = "the server ended the stream"};
    StreamEnd end{.reason = status.error_message()};
    if (end.reason.empty()) end.reason = "gRPC status " + std::to_string(status.error_code());
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) end.retry_after = rpc::RetryDelayOf(status);
    return end;
  }

  bool IsMuted() {
    sync::MutexLock lock(mutex_);
    return muted_;
  }

  const std::unique_ptr<v1::Ingest::Stub> stub_;
  StreamListener& listener_;
  grpc::ClientContext context_;
  v1::IngestAnswer answer_;  // the read's under way

  sync::Mutex mutex_;
  sync::ConditionVariable finished_;
  bool reads_ended_ ONEWAY_GUARDED_BY(mutex_) = false;
  bool muted_ ONEWAY_GUARDED_BY(mutex_) = false;  // Close() was called
  bool done_ ONEWAY_GUARDED_BY(mutex_) = false;
};

GrpcEventSink::GrpcEventSink() = default;

GrpcEventSink::~GrpcEventSink() {
  Close();
}

void GrpcEventSink::Open(const std::string& target, StreamListener& listener) {
  Close();
  stream_ = std::make_unique<Stream>(target, listener);
}

void GrpcEventSink::Send(const v1::IngestBatch& batch) {
  if (stream_ != nullptr) stream_->Send(batch);
}

void GrpcEventSink::Close() {
  if (stream_ == nullptr) return;
  stream_->Close();
  stream_.reset();
}

}  // namespace oneway::client
