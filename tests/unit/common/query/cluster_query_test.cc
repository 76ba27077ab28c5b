// SPDX-License-Identifier: Apache-2.0
#include "common/query/cluster_query.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "common/query/histogram_proto.h"
#include "common/rpc/channel.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/common/query/fake_joiner.h"

namespace oneway::query {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// Three joiners that answer with their name, and a ClusterQuery in front of them.
class ClusterQueryTest : public testing::Test {
 protected:
  ClusterQueryTest() {
    for (size_t i = 0; i < joiners_.size(); ++i) {
      joiners_[i].stats.set_joiner(NameOf(i));
      joiners_[i].key.set_joiner(NameOf(i));
      joiners_[i].node.set_joiner(NameOf(i));
      cluster_.joiners.push_back({NameOf(i), joiners_[i].address()});
    }
    Serve(seconds(20));
  }

  static std::string NameOf(size_t joiner) { return "joiner-" + std::to_string(joiner); }

  void Serve(Duration joiner_timeout) {
    running_.server.reset();
    query_ = std::make_unique<ClusterQuery>(cluster_, clock_, joiner_timeout);
    running_ = *rpc::StartServer({.listen = "127.0.0.1:0", .services = {query_.get()}});
    stub_ = v1::Query::NewStub(rpc::ChannelTo(ToString(running_.address)));
  }

  v1::StatsReply Stats(const v1::StatsRequest& request = {}) {
    grpc::ClientContext context;
    v1::StatsReply reply;
    status_ = stub_->Stats(&context, request, &reply);
    return reply;
  }

  v1::KeyReply Key(const std::string& flow, const std::string& key) {
    grpc::ClientContext context;
    v1::KeyRequest request;
    request.set_flow(flow);
    request.set_key(key);
    v1::KeyReply reply;
    status_ = stub_->Key(&context, request, &reply);
    return reply;
  }

  v1::BalanceReply Balance() {
    grpc::ClientContext context;
    v1::BalanceReply reply;
    status_ = stub_->Balance(&context, {}, &reply);
    return reply;
  }

  void Matched(size_t joiner, Duration latency) {
    histogram::Histogram histogram;
    histogram.Record(latency);
    v1::LocalFlowStats& flow = *joiners_[joiner].stats.add_flows();
    flow.set_flow("push");
    flow.mutable_counters()->set_matched(1);
    *flow.mutable_latency() = ToProto(histogram);
  }

  void Started(size_t joiner) {
    v1::FlowBalance& flow = *joiners_[joiner].balance.add_flows();
    flow.set_flow("push");
    flow.set_started(1);
    flow.set_open(1);
  }

  size_t OwnerOf(const std::string& flow, const std::string& key) const {
    const hash::SlotId slot = hash::SlotOf(hash::FingerprintOf(cluster_.seed, flow, key));
    return static_cast<size_t>(hash::SlotMap::EqualRanges(3).OwnerOf(slot));
  }

  time::FakeClock clock_;
  std::array<FakeJoiner, 3> joiners_;
  process::ClusterConfig cluster_{.seed = hash::HashSeed{42}, .joiners = {}};
  std::unique_ptr<ClusterQuery> query_;
  rpc::RunningServer running_;
  std::unique_ptr<v1::Query::Stub> stub_;
  grpc::Status status_;
};

TEST_F(ClusterQueryTest, StatsPutTogetherWhatAllJoinersSay) {
  for (size_t i = 0; i < 3; ++i) Matched(i, seconds(1 << i));
  v1::StatsRequest request;
  request.set_window_seconds(120);
  const v1::StatsReply reply = Stats(request);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  ASSERT_EQ(reply.flows_size(), 1);
  EXPECT_EQ(reply.flows(0).counters().matched(), 3u);
  EXPECT_DOUBLE_EQ(reply.flows(0).mean_seconds(), (1 + 2 + 4) / 3.0);
  EXPECT_TRUE(reply.missing().empty());
  for (const FakeJoiner& joiner : joiners_) EXPECT_EQ(joiner.asked_window_seconds, 120u);
}

TEST_F(ClusterQueryTest, StatsNameAJoinerThatCannotBeReachedAndHoldTheRest) {
  for (size_t i = 0; i < 3; ++i) Matched(i, seconds(1));
  joiners_[1].Stop();
  const v1::StatsReply reply = Stats();
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(reply.flows(0).counters().matched(), 2u);
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_EQ(reply.missing(0).joiner(), "joiner-1");
  EXPECT_THAT(reply.missing(0).reason(), HasSubstr("cannot be reached at " + cluster_.joiners[1].address));
}

TEST_F(ClusterQueryTest, StatsDoNotWaitForASilentJoiner) {
  for (size_t i = 0; i < 3; ++i) Matched(i, seconds(1));
  Stats();  // connects, so that only the silence counts below
  joiners_[2].FallSilent();
  Serve(seconds(1));
  const v1::StatsReply reply = Stats();
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(reply.flows(0).counters().matched(), 2u);
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_EQ(reply.missing(0).reason(), "did not answer in time at " + cluster_.joiners[2].address);
}

TEST_F(ClusterQueryTest, AShortDeadlineOfTheCallerStillBringsWhatArrived) {
  Matched(0, seconds(1));
  Stats();
  joiners_[2].FallSilent();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(2));
  v1::StatsReply reply;
  const grpc::Status status = stub_->Stats(&context, {}, &reply);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(reply.missing_size(), 1);
}

TEST_F(ClusterQueryTest, StatsLeaveOutAnAnswerThatMakesNoSense) {
  for (size_t i = 0; i < 3; ++i) Matched(i, seconds(1));
  joiners_[0].stats.mutable_flows(0)->mutable_latency()->set_max_nanos(1);
  const v1::StatsReply reply = Stats();
  EXPECT_EQ(reply.flows(0).counters().matched(), 2u);
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_THAT(reply.missing(0).reason(), HasSubstr("makes no sense: flow push"));
}

TEST_F(ClusterQueryTest, StatsCountAProcessOnceAlsoIfTwoEntriesLeadToIt) {
  Matched(0, seconds(1));
  cluster_.joiners[1].address = cluster_.joiners[0].address;
  Serve(seconds(20));
  const v1::StatsReply reply = Stats();
  EXPECT_EQ(reply.flows(0).counters().matched(), 1u);
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_THAT(reply.missing(0).reason(), HasSubstr("the joiner joiner-0 answers instead"));
}

TEST_F(ClusterQueryTest, StatsSayWhenAJoinerAnswersWithAnError) {
  joiners_[0].status = {grpc::StatusCode::INTERNAL, "the disk is gone"};
  joiners_[1].status = {grpc::StatusCode::UNIMPLEMENTED, ""};
  const v1::StatsReply reply = Stats();
  ASSERT_EQ(reply.missing_size(), 2);
  EXPECT_EQ(reply.missing(0).reason(), "answered with an error: the disk is gone");
  EXPECT_THAT(reply.missing(1).reason(), HasSubstr("does not know this query"));
}

TEST_F(ClusterQueryTest, TheAgeOfTheOldestOpenKeyIsMeasuredByTheClock) {
  v1::LocalFlowStats& flow = *joiners_[0].stats.add_flows();
  flow.set_flow("push");
  flow.set_open(1);
  flow.set_oldest_open_unix_nanos(ToUnixNanos(time::FakeClock::At(seconds(1))));
  clock_.Is(seconds(8));
  EXPECT_DOUBLE_EQ(Stats().flows(0).oldest_open_seconds(), 7);
}

TEST_F(ClusterQueryTest, KeyAsksOnlyTheOwner) {
  const size_t owner = OwnerOf("push", "push-7");
  joiners_[owner].key.set_state(v1::MATCHED);
  const v1::KeyReply reply = Key("push", "push-7");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(reply.state(), v1::MATCHED);
  EXPECT_EQ(reply.joiner(), NameOf(owner));
  EXPECT_EQ(reply.slot(), hash::FingerprintOf(cluster_.seed, "push", "push-7").high >> 52);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(joiners_[i].asked_keys.size(), i == owner ? 1u : 0u) << NameOf(i);
}

TEST_F(ClusterQueryTest, KeyOfAMissingOwnerSetsNothingElse) {
  const size_t owner = OwnerOf("push", "push-7");
  joiners_[owner].Stop();
  const v1::KeyReply reply = Key("push", "push-7");
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_EQ(reply.missing(0).joiner(), NameOf(owner));
  EXPECT_EQ(reply.state(), v1::KEY_STATE_UNSPECIFIED);
  EXPECT_EQ(reply.joiner(), "");
}

TEST_F(ClusterQueryTest, BalanceSumsTheJoinersAndNamesTheMissingOnes) {
  for (size_t i = 0; i < 3; ++i) Started(i);
  EXPECT_EQ(Balance().total().started(), 3u);

  joiners_[0].Stop();
  const v1::BalanceReply reply = Balance();
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(reply.total().started(), 2u);
  EXPECT_EQ(reply.total().unexplained(), 0u);
  EXPECT_EQ(reply.joiners(), 2u);
  ASSERT_EQ(reply.missing_size(), 1);
  EXPECT_EQ(reply.missing(0).joiner(), "joiner-0");
}

TEST_F(ClusterQueryTest, EveryQueryNamesAJoinerThatCannotBeReachedAndHoldsTheRest) {
  for (FakeJoiner& joiner : joiners_) {
    joiner.overdue.set_count(1);
    joiner.slowest.add_keys()->set_latency_nanos(1);
  }
  joiners_[1].Stop();

  grpc::ClientContext overdue_context;
  v1::OverdueReply overdue;
  ASSERT_TRUE(stub_->Overdue(&overdue_context, {}, &overdue).ok());
  EXPECT_EQ(overdue.count(), 2u);
  EXPECT_EQ(overdue.now_unix_nanos(), ToUnixNanos(clock_.Wall()));
  ASSERT_EQ(overdue.missing_size(), 1);
  EXPECT_EQ(overdue.missing(0).joiner(), "joiner-1");

  grpc::ClientContext slowest_context;
  v1::SlowestReply slowest;
  ASSERT_TRUE(stub_->Slowest(&slowest_context, {}, &slowest).ok());
  EXPECT_EQ(slowest.keys_size(), 2);
  ASSERT_EQ(slowest.missing_size(), 1);
  EXPECT_EQ(slowest.missing(0).joiner(), "joiner-1");

  grpc::ClientContext cluster_context;
  v1::ClusterReply cluster;
  ASSERT_TRUE(stub_->Cluster(&cluster_context, {}, &cluster).ok());
  ASSERT_EQ(cluster.joiners_size(), 2);
  EXPECT_EQ(cluster.joiners(0).joiner(), "joiner-0");
  EXPECT_EQ(cluster.joiners(1).joiner(), "joiner-2");
  EXPECT_EQ(cluster.joiners(1).address(), cluster_.joiners[2].address);
  ASSERT_EQ(cluster.missing_size(), 1);
  EXPECT_EQ(cluster.missing(0).joiner(), "joiner-1");
}

TEST_F(ClusterQueryTest, ATimelineIsAskedOfAllJoinersWithTheSamePoints) {
  clock_.Is(std::chrono::hours(5) + seconds(7));
  v1::TimelineRequest request;
  request.set_flow("push");
  request.set_window_seconds(120);
  for (size_t i = 0; i < 2; ++i) {
    for (int point = 0; point < 2; ++point) {
      v1::TimelinePoint& told = *joiners_[i].timeline.add_points();
      told.set_from_unix_nanos(
          ToUnixNanos(time::FakeClock::At(std::chrono::hours(5)) + std::chrono::minutes(point - 1)));
      told.mutable_counters()->set_started(1);
    }
  }
  grpc::ClientContext context;
  v1::TimelineReply reply;
  ASSERT_TRUE(stub_->Timeline(&context, request, &reply).ok());
  ASSERT_EQ(reply.points_size(), 2);
  EXPECT_EQ(reply.points(1).counters().started(), 2u);
  EXPECT_EQ(reply.step_seconds(), 60u);
  ASSERT_EQ(reply.missing_size(), 1) << "has no points";
  EXPECT_EQ(reply.missing(0).reason(), "its answer makes no sense: 0 points instead of 2");
  for (const FakeJoiner& joiner : joiners_) {
    EXPECT_EQ(joiner.asked_timeline.until_unix_nanos(),
              ToUnixNanos(time::FakeClock::At(std::chrono::hours(5) + std::chrono::minutes(1))));
  }
}

TEST_F(ClusterQueryTest, RequestsThatNobodyCouldAnswerAreRefusedWithTheReason) {
  Key("", "k");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status_.error_message(), "flow must be 1 to 64 of [a-z0-9._-]");
  Key(std::string(65, 'f'), "k");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Key("push", "");
  EXPECT_EQ(status_.error_message(), "key must be 1 to 256 bytes, not 0");
  Key("push", std::string(257, 'k'));
  EXPECT_EQ(status_.error_message(), "key must be 1 to 256 bytes, not 257");
  v1::StatsRequest request;
  request.set_flow("Push");
  Stats(request);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  for (const FakeJoiner& joiner : joiners_) EXPECT_TRUE(joiner.asked_keys.empty());

  Key(std::string(64, 'f'), std::string(256, 'k'));
  EXPECT_TRUE(status_.ok()) << status_.error_message();
}

}  // namespace
}  // namespace oneway::query
