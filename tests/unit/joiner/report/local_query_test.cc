// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner answers for itself, exactly as of its last durable commit, or says why it does not.
#include "joiner/report/local_query.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "common/query/histogram_proto.h"
#include "tests/unit/joiner/report/local_query_fixture.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;
using grpc::StatusCode;

TEST_F(LocalQueryTest, StatsCountFlowsAndSumLatencies) {
  joiner_.SendAndWait({Start("a", 60s), End("a", 62s), Start("b", 60s), End("b", 64s), Start("c", 61s), End("d", 61s),
                       Start("a", 60s)});
  const oneway::v1::LocalFlowStats stats = StatsOf("push");
  EXPECT_EQ(stats.flow(), "push");
  EXPECT_EQ(stats.counters().started(), 3u);
  EXPECT_EQ(stats.counters().matched(), 2u);
  EXPECT_EQ(stats.counters().duplicate(), 1u);
  EXPECT_EQ(stats.open(), 1u);
  EXPECT_EQ(stats.early_waiting(), 1u);
  EXPECT_EQ(query::FromProto(stats.latency())->count(), 2u);
}

TEST_F(LocalQueryTest, AWindowHoldsItsWholeMinutesOnly) {
  joiner_.SendAndWait({Start("old", 4min), End("old", 4min + 1s), Start("new", 9min), End("new", 9min + 30s)});
  EXPECT_EQ(StatsOf("push", 60).counters().matched(), 1u);
  EXPECT_EQ(StatsOf("push", 600).counters().matched(), 2u);
  EXPECT_EQ(StatsOf("push", 35 * 24 * 3600).counters().matched(), 2u);
  EXPECT_EQ(StatsOf("push").counters().matched(), 2u);
}

TEST_F(LocalQueryTest, StagesAreToldByNameWithinTheWindow) {
  joiner_.SendAndWait({Start("a", 60s), Stage("a", "queued", 61s), Start("b", 9min), Stage("b", "queued", 9min + 3s),
                       Stage("b", "sent", 9min + 4s), Start("c", 60s), End("c", 61s), Stage("c", "read", 62s)});
  const oneway::v1::LocalFlowStats all = StatsOf("push");
  EXPECT_EQ(all.counters().stage(), 3u);
  EXPECT_EQ(all.counters().late_stage(), 1u);
  ASSERT_EQ(all.stages_size(), 2);
  const oneway::v1::LocalFlowStats recent = StatsOf("push", 60);
  ASSERT_EQ(recent.stages_size(), 2);
  std::map<std::string, double> means;
  for (const auto& stage : recent.stages()) {
    EXPECT_EQ(stage.count(), 1u);
    means[stage.stage()] = query::FromProto(stage.latency())->MeanSeconds();
  }
  EXPECT_EQ(means, (std::map<std::string, double>{{"queued", 3}, {"sent", 4}}));
}

// Stage ids are bytes, names are text, and a reply with a text that is none cannot be read by anyone.
TEST_F(LocalQueryTest, AStageThatIsNoTextIsToldAsOne) {
  joiner_.SendAndWait({Start("a", 60s), Stage("a", "\xff\xfe", 61s), Stage("a", "gr\xc3\xbc\xc3\x9f", 62s)});
  oneway::v1::LocalFlowStats read;
  ASSERT_TRUE(read.ParseFromString(StatsOf("push").SerializeAsString()));
  std::set<std::string> names;
  for (const auto& stage : read.stages()) names.insert(stage.stage());
  EXPECT_EQ(names, (std::set<std::string>{"\\xff\\xfe", "gr\xc3\xbc\xc3\x9f"}));
}

TEST_F(LocalQueryTest, AFlowThatIsNotKnownHasNoStats) {
  EXPECT_EQ(StatsOf("pull").flow(), "");
}

TEST_F(LocalQueryTest, AKeyIsToldWithItsTimes) {
  joiner_.SendAndWait({Start("a", 60s), End("a", 62s)});
  oneway::v1::KeyReply reply;
  ASSERT_TRUE(Key("a", reply).ok());
  EXPECT_EQ(reply.state(), oneway::v1::MATCHED);
  EXPECT_EQ(reply.latency_nanos(), std::chrono::nanoseconds(2s).count());
  EXPECT_EQ(reply.started_unix_nanos(), ToUnixNanos(time::FakeClock::At(60s)));
  EXPECT_EQ(reply.ended_unix_nanos(), ToUnixNanos(time::FakeClock::At(62s)));
  EXPECT_EQ(reply.mark().commit(), static_cast<uint64_t>(store_.Durable().commit));
  oneway::v1::KeyReply unknown;
  ASSERT_TRUE(Key("a", unknown, "pull").ok());
  EXPECT_EQ(unknown.state(), oneway::v1::ABSENT);
}

TEST_F(LocalQueryTest, AKeyOfAnotherJoinerIsRefused) {
  const hash::SlotMap two = hash::SlotMap::EqualRanges(2);
  report::LocalQueryService first = ServiceOf(hash::JoinerIndex{0}, two);
  report::LocalQueryService second = ServiceOf(hash::JoinerIndex{1}, two);
  oneway::v1::KeyRequest request;
  request.set_flow("push");
  request.set_key("a");
  oneway::v1::KeyReply reply;
  const bool first_owns = first.LocalKey(nullptr, &request, &reply).ok();
  const grpc::Status refused = (first_owns ? second : first).LocalKey(nullptr, &request, &reply);
  EXPECT_EQ(refused.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE((first_owns ? first : second).LocalKey(nullptr, &request, &reply).ok());
}

TEST_F(LocalQueryTest, TheBalanceCountsOpenKeysByWalking) {
  joiner_.SendAndWait({Start("a", 60s), End("a", 62s), Start("b", 60s), Start("c", 60s)});
  oneway::v1::BalanceReply reply;
  ASSERT_TRUE(service_.LocalBalance(nullptr, nullptr, &reply).ok());
  EXPECT_EQ(reply.joiners(), 1u);
  EXPECT_EQ(reply.total().started(), 3u);
  EXPECT_EQ(reply.total().matched(), 1u);
  EXPECT_EQ(reply.total().open(), 2u);
  EXPECT_EQ(reply.total().unexplained(), 0u);
}

TEST_F(LocalQueryTest, TheBalanceTellsHowOftenThisJoinerWasStarted) {
  oneway::v1::BalanceReply reply;
  ASSERT_TRUE(service_.LocalBalance(nullptr, nullptr, &reply).ok());
  ASSERT_EQ(reply.incarnations_size(), 1);
  EXPECT_EQ(reply.incarnations(0).joiner(), "joiner-0");
  EXPECT_EQ(reply.incarnations(0).incarnation(), 1u);
  EXPECT_EQ(reply.incarnations(0).mark().run(), static_cast<uint64_t>(store_.Durable().run));
  EXPECT_EQ(reply.incarnations(0).mark().commit(), reply.mark().commit());
}

class FanoutQueryTest : public LocalQueryTest {
 protected:
  FanoutQueryTest() : LocalQueryTest({.shape = flow::Shape::kFanout, .ttl = 1min}) {}

  oneway::v1::KeyReply Known(const std::string& key) {
    oneway::v1::KeyReply reply;
    EXPECT_TRUE(Key(key, reply).ok());
    return reply;
  }
};

TEST_F(FanoutQueryTest, AnOpenFanoutIsToldWithItsPartsAndAnExpiredOneWithWhatItLacked) {
  joiner_.SendAndWait({Start("task", 9min + 50s), PartStarted("task", "a", 9min + 51s),
                       PartStarted("task", "b", 9min + 52s), PartEnded("task", "a", 9min + 55s),
                       Completed("task", 9min + 54s)});
  const oneway::v1::KeyReply open = Known("task");
  EXPECT_EQ(open.state(), oneway::v1::OPEN);
  EXPECT_EQ(open.parts().expected(), 0u);
  EXPECT_EQ(open.parts().known(), 2u);
  EXPECT_EQ(open.parts().ended(), 1u);
  EXPECT_EQ(open.parts().completed_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min + 54s)));
  EXPECT_EQ(open.parts().missing(), 1u);
  ASSERT_EQ(open.parts().missing_ids_size(), 1);
  EXPECT_EQ(open.parts().missing_ids(0), "b");
  EXPECT_EQ(open.parts().last_progress_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min + 55s)));

  joiner_.PassTimeHearing(60s);
  const oneway::v1::KeyReply expired = Known("task");
  EXPECT_EQ(expired.state(), oneway::v1::EXPIRED);
  EXPECT_GT(expired.deadline_unix_nanos(), 0u);
  EXPECT_EQ(expired.deadline_unix_nanos(), open.deadline_unix_nanos()) << "when it expired";
  EXPECT_EQ(expired.parts().known(), 0u);
  EXPECT_EQ(expired.parts().completed_unix_nanos(), 0u);
  EXPECT_EQ(expired.parts().missing(), 1u);
  ASSERT_EQ(expired.parts().missing_ids_size(), 1);
  EXPECT_EQ(expired.parts().missing_ids(0), "b");
  EXPECT_EQ(expired.parts().last_progress_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min + 55s)));
}

TEST_F(FanoutQueryTest, WhatIsExpectedIsTold) {
  joiner_.SendAndWait({{.kind = event::Kind::kStart, .key = "task", .at = 9min + 50s, .expected = 3},
                       PartEnded("task", "a", 9min + 55s)});
  const oneway::v1::KeyReply open = Known("task");
  EXPECT_EQ(open.parts().expected(), 3u);
  EXPECT_EQ(open.parts().missing(), 2u);
  EXPECT_EQ(open.parts().completed_unix_nanos(), 0u);
}

TEST_F(FanoutQueryTest, AFanoutWithoutPartsIsEmptyAndOfTheCompletionsOnly) {
  joiner_.SendAndWait({Start("none", 9min + 50s), Completed("none", 9min + 53s), Start("some", 9min + 50s),
                       PartEnded("some", "a", 9min + 51s), Completed("some", 9min + 55s)});
  joiner_.PassTimeHearing(5s);
  const oneway::v1::KeyReply none = Known("none");
  EXPECT_EQ(none.state(), oneway::v1::MATCHED);
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.has_parts());
  EXPECT_EQ(none.latency_nanos(), std::chrono::nanoseconds(3s).count());
  EXPECT_FALSE(Known("some").empty());

  joiner_.SendAndWait({PartEnded("some", "b", 9min + 52s)});
  const oneway::v1::LocalFlowStats stats = StatsOf("push");
  EXPECT_EQ(stats.counters().matched(), 2u);
  EXPECT_EQ(stats.counters().empty(), 1u);
  EXPECT_EQ(stats.counters().late_part(), 1u);
  EXPECT_EQ(query::FromProto(stats.latency())->max(), 1s);
  EXPECT_EQ(query::FromProto(stats.latency())->count(), 1u);
  EXPECT_EQ(query::FromProto(stats.completion())->count(), 1u);
  EXPECT_EQ(query::FromProto(stats.completion())->max(), 3s);
}

TEST_F(LocalQueryTest, ADiskThatStallsIsSaid) {
  store_.HoldCommits();
  auto held = joiner_.Send({Start("a", 60s)});
  store_.WaitUntilHeld();
  oneway::v1::StatsRequest request;
  oneway::v1::LocalStatsReply reply;
  EXPECT_EQ(service_.LocalStats(nullptr, &request, &reply).error_code(), StatusCode::UNAVAILABLE);
  store_.ReleaseAll();
  held.get();
}

TEST_F(LocalQueryTest, AJoinerThatRefusesToServeAnswersNoQueries) {
  gate_.Drain();
  oneway::v1::KeyReply reply;
  EXPECT_TRUE(Key("a", reply).ok()) << "one that drains does";
  gate_.Refuse("the folder is an older copy");
  const grpc::Status status = Key("a", reply);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "the folder is an older copy");
  oneway::v1::StatsRequest stats;
  oneway::v1::LocalStatsReply stats_reply;
  EXPECT_EQ(service_.LocalStats(nullptr, &stats, &stats_reply).error_code(), StatusCode::FAILED_PRECONDITION);
  oneway::v1::BalanceReply balance;
  EXPECT_EQ(service_.LocalBalance(nullptr, nullptr, &balance).error_code(), StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace oneway::test
