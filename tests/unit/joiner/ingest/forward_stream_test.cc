// SPDX-License-Identifier: Apache-2.0
//
// Concern: a stream settles what is durable and nothing else, ends with the reason, and leaves in order.
#include <future>

#include "tests/unit/joiner/ingest/forward_fixture.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;
using grpc::StatusCode;
using oneway::v1::SettleFrame;

using ForwardStreamTest = ForwardFixture;

// What `Finish` says once everything the joiner sent was read.
grpc::Status ReadToTheEnd(grpc::ClientReaderWriter<oneway::v1::ForwardFrame, SettleFrame>& stream) {
  SettleFrame ignored;
  while (stream.Read(&ignored)) {
  }
  return stream.Finish();
}

TEST_F(ForwardStreamTest, SettlementsNameTheExceptionsAndTheCommit) {
  const auto stream = Open();
  ASSERT_TRUE(stream->rpc->Write(FrameOf(1, {Start("a", 0s), Start("a", 0s), Start("b", 0s)})));
  SettleFrame settled;
  ASSERT_TRUE(stream->rpc->Read(&settled));
  EXPECT_EQ(settled.settled(), 3u);
  EXPECT_EQ(settled.mark().run(), static_cast<uint64_t>(store_.Durable().run));
  ASSERT_EQ(settled.exceptions_size(), 1);
  EXPECT_EQ(settled.exceptions(0).event(), 2u);
  EXPECT_EQ(settled.exceptions(0).status(), oneway::v1::DUPLICATE);
}

TEST_F(ForwardStreamTest, NothingIsSettledBeforeItIsDurable) {
  store_.HoldCommits();
  const auto stream = Open();
  ASSERT_TRUE(stream->rpc->Write(FrameOf(1, {Start("a", 0s)})));
  store_.WaitUntilHeld();
  auto settled = std::async(std::launch::async, [&] {
    SettleFrame frame;
    return stream->rpc->Read(&frame) ? frame.settled() : 0;
  });
  EXPECT_EQ(settled.wait_for(50ms), std::future_status::timeout);
  store_.ReleaseAll();
  EXPECT_EQ(settled.get(), 1u);
}

TEST_F(ForwardStreamTest, AGapInTheNumbersEndsTheStreamWithTheReason) {
  const auto stream = Open();
  stream->rpc->Write(FrameOf(1, {Start("a", 0s)}));
  stream->rpc->Write(FrameOf(3, {Start("b", 0s)}));
  const grpc::Status status = ReadToTheEnd(*stream->rpc);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("begins with event 3 where 2 is next"), std::string::npos)
      << status.error_message();
  EXPECT_EQ(joiner_.Story("b").state, join::KeyState::kAbsent);
}

TEST_F(ForwardStreamTest, AShardThatDoesNotExistIsRefused) {
  EXPECT_EQ(ReadToTheEnd(*Open(1)->rpc).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(ForwardStreamTest, AStreamOfAnEarlierRunIsAborted) {
  EXPECT_EQ(ReadToTheEnd(*Open(0, 12345)->rpc).error_code(), StatusCode::ABORTED);
}

TEST_F(ForwardStreamTest, DrainingSettlesWhatWasTakenFirst) {
  store_.HoldCommits();
  const auto stream = Open();
  ASSERT_TRUE(stream->rpc->Write(FrameOf(1, {Start("a", 0s)})));
  store_.WaitUntilHeld();
  gate_.Drain();
  auto drained = std::async(std::launch::async, [&] { service_->Drain(std::chrono::steady_clock::now() + 30s); });
  EXPECT_EQ(drained.wait_for(50ms), std::future_status::timeout);
  store_.ReleaseAll();
  drained.get();
  SettleFrame settled;
  ASSERT_TRUE(stream->rpc->Read(&settled));
  EXPECT_EQ(settled.settled(), 1u);
  EXPECT_FALSE(stream->rpc->Read(&settled));
  EXPECT_FALSE(stream->rpc->Finish().ok());
}

TEST_F(ForwardStreamTest, ADrainingJoinerTakesNothingMore) {
  const auto stream = Open();
  ASSERT_TRUE(stream->rpc->Write(FrameOf(1, {Start("before", 0s)})));
  SettleFrame settled;
  ASSERT_TRUE(stream->rpc->Read(&settled));
  gate_.Drain();
  stream->rpc->Write(FrameOf(2, {Start("after", 0s)}));
  stream->rpc->WritesDone();
  ReadToTheEnd(*stream->rpc);
  EXPECT_EQ(joiner_.Story("before").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_.Story("after").state, join::KeyState::kAbsent);
}

TEST_F(ForwardStreamTest, AJoinerThatRefusesEndsTheStreamsItHas) {
  const auto stream = Open();
  ASSERT_TRUE(stream->rpc->Write(FrameOf(1, {Start("a", 0s)})));
  SettleFrame settled;
  ASSERT_TRUE(stream->rpc->Read(&settled));
  oneway::v1::HandshakeRequest other = GoodHandshake();
  other.mutable_highest_acked()->set_run(0xabcdef);
  EXPECT_EQ(Handshake(other).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_FALSE(ReadToTheEnd(*stream->rpc).ok());
  EXPECT_EQ(ReadToTheEnd(*Open()->rpc).error_code(), StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace oneway::test
