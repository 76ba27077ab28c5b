// SPDX-License-Identifier: Apache-2.0
//
// Stands where a partitioner would: takes the same messages, hands on as many bytes in frames made beforehand, answers,
// and does nothing with any event. What is left is gRPC and protobuf: the limit of a partitioner.
#include <glog/logging.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "common/event/event.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/sync/mutex.h"
#include "oneway/v1/forward.grpc.pb.h"
#include "oneway/v1/ingest.grpc.pb.h"

namespace oneway::bench {
namespace {

// A full frame as a partitioner would send it, filled with nothing.
v1::ForwardFrame FullFrame(uint32_t key_bytes) {
  constexpr size_t kEvents = event::kFrameEventsMax;
  v1::ForwardFrame frame;
  frame.set_low_mark_unix_nanos(1);
  v1::EventColumns& events = *frame.mutable_events();
  events.set_count(kEvents);
  events.mutable_kinds()->assign(kEvents, '\1');
  events.mutable_fingerprints()->assign(kEvents * 16, '\1');
  events.mutable_key_sizes()->assign(kEvents * 2, '\1');
  events.mutable_keys()->assign(kEvents * key_bytes, '\1');
  events.mutable_times_unix_nanos()->Resize(kEvents, 1);
  events.mutable_series()->Resize(kEvents, 1);
  return frame;
}

// A stream to the sink. Threading: thread-safe.
class Lane {
 public:
  Lane(v1::Forward::Stub& stub, uint32_t key_bytes) : frame_(FullFrame(key_bytes)), stream_(stub.Stream(&context_)) {
    reader_ = std::thread([this] {
      v1::SettleFrame settled;
      while (stream_->Read(&settled)) {
      }
    });
  }
  ~Lane() {
    context_.TryCancel();
    reader_.join();
  }

  // Sends a frame for each full one that the events so far make.
  void Forward(uint32_t events) {
    const sync::MutexLock lock(mutex_);
    waiting_ += events;
    for (; waiting_ >= event::kFrameEventsMax; waiting_ -= event::kFrameEventsMax) {
      frame_.mutable_events()->set_first(next_);
      next_ += event::kFrameEventsMax;
      stream_->Write(frame_);
    }
  }

 private:
  grpc::ClientContext context_;
  v1::ForwardFrame frame_;
  const std::unique_ptr<grpc::ClientReaderWriter<v1::ForwardFrame, v1::SettleFrame>> stream_;
  std::thread reader_;
  sync::Mutex mutex_;
  size_t waiting_ ONEWAY_GUARDED_BY(mutex_) = 0;
  uint64_t next_ ONEWAY_GUARDED_BY(mutex_) = 1;
};

class Wire final : public v1::Ingest::Service {
 public:
  Wire(const std::string& sink, uint32_t lanes, uint32_t key_bytes)
      : stub_(v1::Forward::NewStub(rpc::ChannelTo(sink))) {
    for (uint32_t i = 0; i < lanes; ++i) lanes_.push_back(std::make_unique<Lane>(*stub_, key_bytes));
  }

  grpc::Status Stream(grpc::ServerContext*,
                      grpc::ServerReaderWriter<v1::IngestAnswer, v1::IngestBatch>* stream) override {
    v1::IngestBatch batch;
    v1::IngestAnswer answer;
    while (stream->Read(&batch)) {
      Lane& lane = *lanes_[batch.batch() % lanes_.size()];
      lane.Forward(static_cast<uint32_t>(batch.events_size()));
      answer.set_batch(batch.batch());
      if (!stream->Write(answer)) break;
    }
    return grpc::Status::OK;
  }

 private:
  const std::unique_ptr<v1::Forward::Stub> stub_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

int Main(int argc, char** argv) {
  CLI::App app("A partitioner that does nothing");
  std::string listen;
  std::string sink;
  uint32_t lanes = 2;
  uint32_t key_bytes = 16;
  app.add_option("--listen", listen)->required();
  app.add_option("--sink", sink)->required();
  app.add_option("--lanes", lanes);
  app.add_option("--key-bytes", key_bytes);
  CLI11_PARSE(app, argc, argv);
  Wire wire(sink, lanes, key_bytes);
  auto server = rpc::StartServer({.listen = listen, .listen_flag = "--listen", .services = {&wire}});
  CHECK(server.ok()) << server.status();
  server->server->Wait();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  return oneway::bench::Main(argc, argv);
}
