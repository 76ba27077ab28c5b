// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/grpc_forward_stream.h"

#include <chrono>

#include "common/rpc/channel.h"
#include "common/rpc/status.h"

namespace oneway::partitioner::forward {
namespace {

// A joiner that takes longer to greet is as good as gone; the next attempt comes soon.
constexpr std::chrono::seconds kHandshakeTimeout{2};

absl::StatusOr<v1::HandshakeReply> Handshake(v1::Forward::StubInterface& stub, const v1::HandshakeRequest& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kHandshakeTimeout);
  v1::HandshakeReply reply;
  if (const grpc::Status status = stub.Handshake(&context, request, &reply); !status.ok()) {
    return rpc::FromGrpc(status);
  }
  return reply;
}

}  // namespace

GrpcForwardStream::GrpcForwardStream(v1::Forward::StubInterface& stub) : stream_(stub.Stream(&context_)) {}

absl::Status GrpcForwardStream::Finish() {
  return rpc::FromGrpc(stream_->Finish());
}

JoinerPort GrpcPortTo(const std::string& address) {
  // Shared by the two functions, which may be copied.
  const std::shared_ptr<v1::Forward::StubInterface> stub = v1::Forward::NewStub(rpc::ChannelTo(address));
  return {.handshake = [stub](const v1::HandshakeRequest& request) { return Handshake(*stub, request); },
          .open_stream = [stub] { return std::make_unique<GrpcForwardStream>(*stub); }};
}

}  // namespace oneway::partitioner::forward
