// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "common/rpc/channel.h"
#include "common/rpc/limits.h"
#include "common/rpc/status.h"
#include "oneway/v1/ingest.grpc.pb.h"

namespace oneway::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Refuses empty batches for load, answers the others with as many exceptions as the batch's number says.
class FakeIngest final : public v1::Ingest::Service {
 public:
  grpc::Status Send(grpc::ServerContext*, const v1::IngestBatch* batch, v1::IngestAnswer* answer) override {
    if (batch->series().empty()) return RefusalForLoad("full", milliseconds(250));
    for (uint64_t i = 0; i < batch->batch(); ++i) answer->add_exceptions()->set_retry_after_millis(1);
    return grpc::Status::OK;
  }
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    absl::StatusOr<RunningServer> started = StartServer({.listen = "127.0.0.1:0", .services = {&service_}});
    if (!started.ok()) throw std::runtime_error(started.status().ToString());
    running_ = *std::move(started);
    channel_ = ChannelTo(ToString(running_.address));
  }

  grpc::Status Send(const v1::IngestBatch& batch) {
    v1::IngestAnswer answer;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    return v1::Ingest::NewStub(channel_)->Send(&context, batch, &answer);
  }

  // Calls a unary method of which only the bytes are known; the answer's bytes, or the error.
  std::string Call(const std::string& method, const std::string& request) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + seconds(30));
    grpc::CompletionQueue queue;
    const grpc::Slice slice(request);
    const grpc::ByteBuffer bytes(&slice, 1);
    grpc::ByteBuffer reply;
    grpc::Status status;
    auto call = stub.PrepareUnaryCall(&context, method, bytes, &queue);
    call->StartCall();
    call->Finish(&reply, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    if (!status.ok()) return status.error_message();
    grpc::Slice whole;
    return reply.TrySingleSlice(&whole).ok() ? std::string(whole.begin(), whole.end()) : "several slices";
  }

  FakeIngest service_;
  RunningServer running_;
  std::shared_ptr<grpc::Channel> channel_;
};

v1::IngestBatch BatchOf(size_t bytes, uint64_t number = 0) {
  v1::IngestBatch batch;
  batch.set_batch(number);
  batch.add_series()->set_flow(std::string(bytes, 'f'));
  return batch;
}

TEST_F(ServerTest, ReportsThePortThatItTook) {
  EXPECT_EQ(running_.address.host, "127.0.0.1");
  EXPECT_NE(running_.address.port, 0);
  EXPECT_TRUE(Send(BatchOf(1)).ok());
}

TEST_F(ServerTest, ATakenPortIsAnErrorThatNamesAddressAndFlag) {
  FakeIngest another;
  const absl::StatusOr<RunningServer> second =
      StartServer({.listen = ToString(running_.address), .listen_flag = "--joiner-listen", .services = {&another}});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(second.status().message(), HasSubstr(ToString(running_.address)));
  EXPECT_THAT(second.status().message(), HasSubstr("--joiner-listen"));
}

TEST_F(ServerTest, AMalformedAddressIsAnErrorThatNamesTheFlag) {
  const absl::StatusOr<RunningServer> server = StartServer({.listen = "7100"});
  EXPECT_EQ(server.status().message(),
            "--listen: '7100' is not an address: it has no port; expected host:port, such as 127.0.0.1:7100");
}

TEST_F(ServerTest, ARefusalForLoadArrivesWithItsWait) {
  const grpc::Status status = Send(v1::IngestBatch());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RetryDelayOf(status), milliseconds(250));
}

TEST_F(ServerTest, MessagesAreBoundedInBothDirections) {
  EXPECT_TRUE(Send(BatchOf(kMessageBytesMax - 100)).ok());
  EXPECT_EQ(Send(BatchOf(kMessageBytesMax)).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Send(BatchOf(1, 1'000'000)).ok());  // an answer of about 4 MB
  EXPECT_EQ(Send(BatchOf(1, 1'100'000)).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, AnswersTheHealthCheck) {
  const std::string serving = {0x08, 0x01};  // HealthCheckResponse{status: SERVING}
  EXPECT_EQ(Call("/grpc.health.v1.Health/Check", ""), serving);
}

TEST_F(ServerTest, OffersReflection) {
  // Only a server that has the service answers anything but UNIMPLEMENTED; the request lists the services.
  const std::string list_services = {0x3a, 0x00};
  EXPECT_THAT(Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", list_services),
              HasSubstr("oneway.v1.Ingest"));
}

}  // namespace
}  // namespace oneway::rpc
