// SPDX-License-Identifier: Apache-2.0
//
// Stands where a joiner would and settles every event as soon as it is there: what a partitioner costs by itself.
#include <glog/logging.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>

#include "common/rpc/server.h"
#include "oneway/v1/forward.grpc.pb.h"

namespace oneway::bench {
namespace {

constexpr uint64_t kRun = 1;

class Sink final : public v1::Forward::Service {
 public:
  explicit Sink(uint32_t shards) : shards_(shards) {}

  grpc::Status Handshake(grpc::ServerContext*, const v1::HandshakeRequest*, v1::HandshakeReply* reply) override {
    reply->set_wire_version(1);
    reply->set_shards(shards_);
    reply->mutable_durable()->set_run(kRun);
    return grpc::Status::OK;
  }

  grpc::Status Stream(grpc::ServerContext*,
                      grpc::ServerReaderWriter<v1::SettleFrame, v1::ForwardFrame>* stream) override {
    v1::ForwardFrame frame;
    v1::SettleFrame settled;
    settled.mutable_mark()->set_run(kRun);
    while (stream->Read(&frame)) {
      if (frame.events().count() == 0) continue;
      settled.set_settled(frame.events().first() + frame.events().count() - 1);
      settled.mutable_mark()->set_commit(settled.settled());
      if (!stream->Write(settled)) break;
    }
    return grpc::Status::OK;
  }

 private:
  const uint32_t shards_;
};

int Main(int argc, char** argv) {
  CLI::App app("A joiner that only settles");
  std::string listen;
  uint32_t shards = 2;
  app.add_option("--listen", listen)->required();
  app.add_option("--shards", shards);
  CLI11_PARSE(app, argc, argv);
  Sink sink(shards);
  auto server = rpc::StartServer({.listen = listen, .listen_flag = "--listen", .services = {&sink}});
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
