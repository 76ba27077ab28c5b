// SPDX-License-Identifier: Apache-2.0
// What every ForwardStream must do, whatever carries it.
#include "partitioner/forward/forward_stream.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "oneway/v1/forward.grpc.pb.h"
#include "partitioner/forward/grpc_forward_stream.h"
#include "tests/contract/forward_stream/fake_forward_stream.h"

namespace oneway::partitioner::forward {
namespace {

// A stream and the joiner's end of it.
class Pair {
 public:
  virtual ~Pair() = default;
  virtual ForwardStream& stream() = 0;
  virtual std::optional<v1::ForwardFrame> NextFrame() = 0;
  virtual void Settle(const v1::SettleFrame& frame) = 0;
  virtual void End(const absl::Status& reason) = 0;
};

class FakePair final : public Pair {
 public:
  ~FakePair() override { state_->End(absl::CancelledError("the test is over")); }
  ForwardStream& stream() override { return stream_; }
  std::optional<v1::ForwardFrame> NextFrame() override { return state_->NextFrame(); }
  void Settle(const v1::SettleFrame& frame) override { state_->Settle(frame); }
  void End(const absl::Status& reason) override { state_->End(reason); }

 private:
  const std::shared_ptr<FakeStreamState> state_ = std::make_shared<FakeStreamState>();
  FakeForwardStream stream_{state_};
};

// Lends the joiner's end of one real stream to the test's thread.
class LendingService final : public v1::Forward::Service {
 public:
  using ServerStream = grpc::ServerReaderWriter<v1::SettleFrame, v1::ForwardFrame>;

  grpc::Status Stream(grpc::ServerContext*, ServerStream* stream) override {
    opened.set_value(stream);
    return end.get_future().get();
  }
  std::promise<ServerStream*> opened;
  std::promise<grpc::Status> end;
};

class GrpcPair final : public Pair {
 public:
  GrpcPair() {
    auto server = rpc::StartServer({.listen = "127.0.0.1:0", .services = {&service_}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    stream_ = GrpcPortTo(rpc::ToString(server_.address)).open_stream();
    joiner_ = service_.opened.get_future().get();
  }
  ~GrpcPair() override {
    stream_->Cancel();
    if (!ended_) End(absl::CancelledError("the test is over"));
    stream_.reset();
  }
  ForwardStream& stream() override { return *stream_; }
  std::optional<v1::ForwardFrame> NextFrame() override {
    v1::ForwardFrame frame;
    if (!joiner_->Read(&frame)) return std::nullopt;
    return frame;
  }
  void Settle(const v1::SettleFrame& frame) override { EXPECT_TRUE(joiner_->Write(frame)); }
  void End(const absl::Status& reason) override {
    ended_ = true;
    service_.end.set_value(rpc::ToGrpc(reason));
  }

 private:
  LendingService service_;
  rpc::RunningServer server_;
  std::unique_ptr<ForwardStream> stream_;
  LendingService::ServerStream* joiner_ = nullptr;
  bool ended_ = false;
};

struct Kind {
  const char* name;
  std::function<std::unique_ptr<Pair>()> make;
};

class ForwardStreamContract : public testing::TestWithParam<Kind> {
 protected:
  static v1::ForwardFrame FrameWithMark(uint64_t mark) {
    v1::ForwardFrame frame;
    frame.set_low_mark_unix_nanos(mark);
    return frame;
  }
  static v1::SettleFrame Settled(uint64_t event) {
    v1::SettleFrame frame;
    frame.set_settled(event);
    return frame;
  }

  const std::unique_ptr<Pair> pair_ = GetParam().make();
  ForwardStream& stream_ = pair_->stream();
};

TEST_P(ForwardStreamContract, FramesArriveWholeAndInOrder) {
  for (uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(stream_.Write(FrameWithMark(i)));
  for (uint64_t i = 1; i <= 3; ++i) EXPECT_EQ(pair_->NextFrame()->low_mark_unix_nanos(), i);
}

TEST_P(ForwardStreamContract, SettlementsArriveInOrderWhileFramesAreWritten) {
  ASSERT_TRUE(stream_.Write(FrameWithMark(1)));
  for (uint64_t i = 1; i <= 3; ++i) pair_->Settle(Settled(i));
  v1::SettleFrame frame;
  for (uint64_t i = 1; i <= 3; ++i) {
    ASSERT_TRUE(stream_.Read(frame));
    EXPECT_EQ(frame.settled(), i);
    ASSERT_TRUE(stream_.Write(FrameWithMark(i)));
  }
}

TEST_P(ForwardStreamContract, WhatTheJoinerSettledBeforeItEndedIsReadFirst) {
  pair_->Settle(Settled(7));
  pair_->End(absl::AbortedError("this joiner restarted"));
  v1::SettleFrame frame;
  ASSERT_TRUE(stream_.Read(frame));
  EXPECT_EQ(frame.settled(), 7u);
  EXPECT_FALSE(stream_.Read(frame));
  EXPECT_EQ(stream_.Finish(), absl::AbortedError("this joiner restarted"));
}

TEST_P(ForwardStreamContract, AStreamThatTheJoinerEndedTakesNoMore) {
  pair_->End(absl::OkStatus());
  v1::SettleFrame frame;
  EXPECT_FALSE(stream_.Read(frame));
  EXPECT_EQ(stream_.Finish(), absl::OkStatus());
  EXPECT_FALSE(stream_.Write(FrameWithMark(1)));
}

TEST_P(ForwardStreamContract, CancellingWakesTheReaderAndEndsWriting) {
  auto read = std::async(std::launch::async, [this] {
    v1::SettleFrame frame;
    return stream_.Read(frame);
  });
  stream_.Cancel();
  EXPECT_FALSE(read.get());
  EXPECT_EQ(stream_.Finish().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(stream_.Write(FrameWithMark(1)));
  EXPECT_EQ(pair_->NextFrame(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(, ForwardStreamContract,
                         testing::Values(Kind{"Fake", [] { return std::make_unique<FakePair>(); }},
                                         Kind{"Grpc", [] { return std::make_unique<GrpcPair>(); }}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace oneway::partitioner::forward
