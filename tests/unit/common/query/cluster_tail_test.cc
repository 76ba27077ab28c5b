// SPDX-License-Identifier: Apache-2.0
//
// Concern: the tail of a cluster is that of all its joiners; one that is not heard is named, and comes back by itself.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>

#include "common/query/cluster_query.h"
#include "common/query/tail_followers.h"
#include "common/rpc/channel.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/common/query/fake_joiner.h"

namespace oneway::query {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class ClusterTailTest : public testing::Test {
 protected:
  ClusterTailTest() {
    for (size_t i = 0; i < joiners_.size(); ++i) {
      cluster_.joiners.push_back({"joiner-" + std::to_string(i), joiners_[i].address()});
    }
    query_ = std::make_unique<ClusterQuery>(cluster_, clock_);
    running_ = *rpc::StartServer({.listen = "127.0.0.1:0", .services = {query_.get()}});
    stub_ = v1::Query::NewStub(rpc::ChannelTo(ToString(running_.address)));
  }
  ~ClusterTailTest() override {
    context_.TryCancel();
    if (reader_ != nullptr) reader_->Finish();
  }

  void Listen(const v1::TailRequest& request = {}) {
    context_.set_deadline(std::chrono::system_clock::now() + seconds(30));
    reader_ = stub_->Tail(&context_, request);
  }
  // Reads until one is as wanted, and sums up what all of them held.
  bool ReadUntil(const std::function<bool(const v1::TailReply&)>& wanted) {
    while (reader_->Read(&last_)) {
      decisions_ += last_.decisions_size();
      passed_over_ += last_.passed_over();
      if (wanted(last_)) return true;
    }
    return false;
  }

  time::FakeClock clock_;
  std::array<FakeJoiner, 2> joiners_;
  process::ClusterConfig cluster_{.seed = hash::HashSeed{42}, .joiners = {}};
  std::unique_ptr<ClusterQuery> query_;
  rpc::RunningServer running_;
  std::unique_ptr<v1::Query::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::TailReply>> reader_;
  v1::TailReply last_;
  int decisions_ = 0;
  uint64_t passed_over_ = 0;
};

TEST_F(ClusterTailTest, ShowsWhatAllJoinersTellAndWhatTheyPassedOver) {
  for (FakeJoiner& joiner : joiners_) {
    for (int i = 0; i < 3; ++i) joiner.tail.add_decisions()->set_decision(v1::DECISION_MATCHED);
    joiner.tail.set_passed_over(10);
  }
  Listen();
  ASSERT_TRUE(ReadUntil([this](const v1::TailReply&) { return decisions_ >= 6; }));
  EXPECT_EQ(decisions_, 6);
  EXPECT_EQ(passed_over_, 20u);
  EXPECT_TRUE(last_.missing().empty());
  ASSERT_TRUE(ReadUntil([](const v1::TailReply&) { return true; })) << "also when nothing is decided";
  EXPECT_EQ(decisions_, 6);
}

TEST_F(ClusterTailTest, NeverShowsMoreThanItsBoundAndCountsTheRest) {
  for (int i = 0; i < 16; ++i) joiners_[0].tail.add_decisions()->set_decision(v1::DECISION_MATCHED);
  v1::TailRequest request;
  request.set_per_second_max(10);
  Listen(request);
  ASSERT_TRUE(ReadUntil([this](const v1::TailReply&) { return decisions_ + passed_over_ >= 16; }));
  EXPECT_EQ(decisions_, 10);
  EXPECT_EQ(passed_over_, 6u);
}

TEST_F(ClusterTailTest, AJoinerThatCannotBeReachedIsNamedUntilItIsBack) {
  joiners_[1].Stop();
  Listen();
  ASSERT_TRUE(ReadUntil([](const v1::TailReply& reply) { return reply.missing_size() == 1; }));
  EXPECT_EQ(last_.missing(0).joiner(), "joiner-1");
  EXPECT_THAT(last_.missing(0).reason(), HasSubstr(cluster_.joiners[1].address));
  joiners_[1].tail.add_decisions()->set_decision(v1::DECISION_EXPIRED);
  joiners_[1].StartAgain();
  ASSERT_TRUE(ReadUntil([this](const v1::TailReply& reply) { return reply.missing().empty() && decisions_ == 1; }));
}

TEST_F(ClusterTailTest, AJoinerThatSaysNothingIsNamed) {
  joiners_[0].FallSilent();
  Listen();
  ASSERT_TRUE(ReadUntil([](const v1::TailReply& reply) { return reply.missing_size() == 1; }));
  EXPECT_EQ(last_.missing(0).joiner(), "joiner-0");
  EXPECT_EQ(last_.missing(0).reason(), "has not answered yet at " + cluster_.joiners[0].address);
}

TEST_F(ClusterTailTest, WhatNobodyCouldFollowIsRefused) {
  v1::TailRequest request;
  request.set_per_second_max(5000);
  Listen(request);
  EXPECT_FALSE(reader_->Read(&last_));
  const grpc::Status status = reader_->Finish();
  reader_ = nullptr;
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace oneway::query
