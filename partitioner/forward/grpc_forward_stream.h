// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <string>

#include "oneway/v1/forward.grpc.pb.h"
#include "partitioner/forward/forward_stream.h"

namespace oneway::partitioner::forward {

// A ForwardStream over gRPC's synchronous API, which measured faster than its callbacks on few cores.
class GrpcForwardStream final : public ForwardStream {
 public:
  explicit GrpcForwardStream(v1::Forward::StubInterface& stub);

  bool Write(const v1::ForwardFrame& frame) override { return stream_->Write(frame); }
  bool Read(v1::SettleFrame& frame) override { return stream_->Read(&frame); }
  absl::Status Finish() override;
  void Cancel() override { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<grpc::ClientReaderWriterInterface<v1::ForwardFrame, v1::SettleFrame>> stream_;
};

// How to reach the joiner at `address` (host:port).
JoinerPort GrpcPortTo(const std::string& address);

}  // namespace oneway::partitioner::forward
