// SPDX-License-Identifier: Apache-2.0
//
// Concern: whatever a client sends, it gets a status with the reason, and the good events beside the bad ones are kept.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

#include "common/event/event.h"
#include "oneway/v1/ingest.grpc.pb.h"
#include "tests/support/process/cluster.h"

namespace oneway::test {
namespace {

using oneway::v1::EventException;
using oneway::v1::IngestAnswer;
using oneway::v1::IngestBatch;

uint64_t NowNanos() {
  return static_cast<uint64_t>(std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
}

class BadInputTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    cluster_ = new Cluster({.partitioners = 1, .joiners = 1});
    cluster_->Start();
  }
  static void TearDownTestSuite() { delete cluster_; }

  BadInputTest() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxSendMessageSize(-1);
    channel_ =
        grpc::CreateCustomChannel(cluster_->partitioner_address(0), grpc::InsecureChannelCredentials(), arguments);
    stub_ = oneway::v1::Ingest::NewStub(channel_);
  }

  static oneway::v1::Event& Add(IngestBatch& batch, const std::string& key, uint64_t time,
                                oneway::v1::EventKind kind = oneway::v1::START) {
    if (batch.series_size() == 0) batch.add_series()->set_flow("push");
    oneway::v1::Event& event = *batch.add_events();
    event.set_kind(kind);
    event.set_key(key);
    event.set_time_unix_nanos(time);
    return event;
  }

  grpc::Status Send(const IngestBatch& batch, IngestAnswer& answer) {
    grpc::ClientContext context;
    SetDeadline(context);
    return stub_->Send(&context, batch, &answer);
  }

  oneway::v1::KeyState StateOf(const std::string& key) {
    oneway::v1::KeyRequest request;
    request.set_flow("push");
    request.set_key(key);
    oneway::v1::KeyReply reply;
    grpc::ClientContext context;
    SetDeadline(context);
    EXPECT_TRUE(oneway::v1::Query::NewStub(channel_)->Key(&context, request, &reply).ok());
    return reply.state();
  }

  static Cluster* cluster_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<oneway::v1::Ingest::Stub> stub_;
};
Cluster* BadInputTest::cluster_ = nullptr;

TEST_F(BadInputTest, BadEventsAreNamedOneByOneAndTheGoodOnesKept) {
  IngestBatch batch;
  batch.set_batch(7);
  Add(batch, "good-1", NowNanos());
  Add(batch, "", NowNanos());
  Add(batch, std::string(10 * 1024, 'k'), NowNanos());
  Add(batch, "from-1970", 1);
  Add(batch, "from-tomorrow", NowNanos() + 86'400ull * 1'000'000'000);
  Add(batch, "kind-99", NowNanos(), oneway::v1::EventKind(99));
  Add(batch, "no-such-series", NowNanos()).set_series(5);
  Add(batch, "good-2", NowNanos());
  IngestAnswer answer;
  const grpc::Status status = Send(batch, answer);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer.batch(), 7u);

  std::map<uint32_t, std::string> got;
  for (const EventException& exception : answer.exceptions()) {
    got[exception.index()] =
        EventStatus_Name(exception.status()) +
        (exception.status() == oneway::v1::INVALID ? " " + InvalidReason_Name(exception.reason()) : "");
  }
  const std::map<uint32_t, std::string> expected = {
      {1, "INVALID KEY_LENGTH"}, {2, "INVALID KEY_LENGTH"},   {3, "TOO_LATE"},
      {4, "INVALID TIME_AHEAD"}, {5, "INVALID UNKNOWN_KIND"}, {6, "INVALID UNKNOWN_SERIES"}};
  EXPECT_EQ(got, expected);
  EXPECT_EQ(StateOf("good-1"), oneway::v1::OPEN);
  EXPECT_EQ(StateOf("good-2"), oneway::v1::OPEN);
  EXPECT_EQ(StateOf("from-1970"), oneway::v1::ABSENT);
}

TEST_F(BadInputTest, ABadFlowNameSpoilsOnlyItsOwnEvents) {
  IngestBatch batch;
  batch.add_series()->set_flow("push");
  batch.add_series()->set_flow("Not A Flow!");
  Add(batch, "fine", NowNanos());
  Add(batch, "flowless", NowNanos()).set_series(1);
  IngestAnswer answer;
  ASSERT_TRUE(Send(batch, answer).ok());
  ASSERT_EQ(answer.exceptions_size(), 1);
  EXPECT_EQ(answer.exceptions(0).index(), 1u);
  EXPECT_EQ(answer.exceptions(0).reason(), oneway::v1::FLOW_NAME);
  EXPECT_EQ(StateOf("fine"), oneway::v1::OPEN);
}

TEST_F(BadInputTest, AMessageOfTenMegabytesIsRefusedAsTooLarge) {
  IngestBatch batch;
  Add(batch, "huge", NowNanos()).set_id(std::string(10 << 20, 'x'));
  IngestAnswer answer;
  const grpc::Status status = Send(batch, answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(status.error_message(), "");
}

TEST_F(BadInputTest, ABatchOfTooManyEventsIsRefusedWithTheBound) {
  IngestBatch batch;
  for (int i = 0; i < 1001; ++i) Add(batch, "k" + std::to_string(i), NowNanos());
  IngestAnswer answer;
  const grpc::Status status = Send(batch, answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("1000"), std::string::npos) << status.error_message();
}

// A message without its last bytes.
grpc::ByteBuffer CutOff(const IngestBatch& batch) {
  const std::string bytes = batch.SerializeAsString();
  const grpc::Slice half(bytes.substr(0, bytes.size() - 3));
  return {&half, 1};
}

void WaitFor(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
}

TEST_F(BadInputTest, HalfAMessageIsAnErrorAndLeavesNothingBehind) {
  grpc::ClientContext context;
  SetDeadline(context);
  IngestBatch batch;
  Add(batch, "cut", NowNanos());
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, "/oneway.v1.Ingest/Send", CutOff(batch), &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  grpc::Status status;
  call->Finish(&reply, &status, nullptr);
  WaitFor(queue);
  // gRPC itself refuses what it cannot parse.
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL) << status.error_message();
  EXPECT_EQ(StateOf("cut"), oneway::v1::ABSENT);
}

TEST_F(BadInputTest, AStreamCutInMidMessageEndsWithTheReason) {
  grpc::ClientContext context;
  SetDeadline(context);
  IngestBatch batch;
  Add(batch, "cut", NowNanos());
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareCall(&context, "/oneway.v1.Ingest/Stream", &queue);
  call->StartCall(nullptr);
  WaitFor(queue);
  call->Write(CutOff(batch), nullptr);
  WaitFor(queue);
  grpc::Status status;
  call->Finish(&status, nullptr);
  WaitFor(queue);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("cut off"), std::string::npos) << status.error_message();
  EXPECT_EQ(StateOf("cut"), oneway::v1::ABSENT);
}

TEST_F(BadInputTest, AStreamThatBreaksOffKeepsWhatItSentWhole) {
  grpc::ClientContext context;
  SetDeadline(context);
  auto stream = stub_->Stream(&context);
  IngestBatch batch;
  batch.set_batch(1);
  Add(batch, "before-the-cut", NowNanos());
  ASSERT_TRUE(stream->Write(batch));
  IngestAnswer answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.exceptions_size(), 0);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(StateOf("before-the-cut"), oneway::v1::OPEN);
}

}  // namespace
}  // namespace oneway::test
