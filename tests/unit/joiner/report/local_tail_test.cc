// SPDX-License-Identifier: Apache-2.0
//
// Concern: a tail shows every decision that fits, once it is durable, and counts exactly what it does not show.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "tests/unit/joiner/report/local_query_fixture.h"

namespace oneway::test {
namespace {

class LocalTailTest : public LocalQueryTest {
 protected:
  explicit LocalTailTest(const flow::Rules& push = {.labels = {"os"}}) : LocalQueryTest(push) {
    running_ = *rpc::StartServer({.listen = "127.0.0.1:0", .services = {&service_}});
    stub_ = oneway::v1::JoinerQuery::NewStub(rpc::ChannelTo(ToString(running_.address)));
  }
  ~LocalTailTest() override {
    context_.TryCancel();
    if (reader_ != nullptr) reader_->Finish();
  }

  // From its first reply on, which this waits for, nothing is left out.
  void Listen(const oneway::v1::TailRequest& request = {}) {
    context_.set_deadline(std::chrono::system_clock::now() + 30s);
    reader_ = stub_->LocalTail(&context_, request);
    oneway::v1::TailReply first;
    ASSERT_TRUE(reader_->Read(&first));
    EXPECT_EQ(first.joiner(), "joiner-0");
  }
  // "MATCHED(a)", of all replies until so many decisions were shown or passed over.
  std::multiset<std::string> ReadDecisions(size_t count) {
    std::multiset<std::string> shown;
    oneway::v1::TailReply reply;
    while (shown.size() + passed_over_ < count && reader_->Read(&reply)) {
      passed_over_ += reply.passed_over();
      for (const auto& decision : reply.decisions()) {
        shown.insert(oneway::v1::Decision_Name(decision.decision()).substr(9) + "(" + decision.key() + ")");
        last_ = decision;
      }
    }
    return shown;
  }

  rpc::RunningServer running_;
  std::unique_ptr<oneway::v1::JoinerQuery::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<oneway::v1::TailReply>> reader_;
  oneway::v1::TailDecision last_;
  uint64_t passed_over_ = 0;
};

using Shown = std::multiset<std::string>;

TEST_F(LocalTailTest, EveryDecisionIsShownWithItsKey) {
  joiner_.SendAndWait({Start("before", 9min), End("before", 9min)});
  Listen();
  joiner_.SendAndWait({Start("a", 9min), End("a", 9min + 1s), Start("slow", 30s), End("slow", 11min), Start("gone", 1s),
                       End("orphan", 9min), End("turned", 9min), Start("turned", 9min - 1s)});
  joiner_.PassTimeHearing(11s);
  EXPECT_EQ(ReadDecisions(9), (Shown{"STARTED(a)", "MATCHED(a)", "STARTED(slow)", "EXPIRED(slow)", "LATE(slow)",
                                     "STARTED(gone)", "EXPIRED(gone)", "STARTED(turned)", "MATCHED(turned)"}));
}

TEST_F(LocalTailTest, ADecisionIsToldWithItsTimes) {
  Listen();
  TestEvent start = Start("a", 9min);
  start.labels = {{"os", "ios"}};
  joiner_.SendAndWait({start, End("a", 9min + 7s)});
  ASSERT_EQ(ReadDecisions(2).size(), 2u);
  EXPECT_EQ(last_.decision(), oneway::v1::DECISION_MATCHED);
  EXPECT_EQ(last_.flow(), "push");
  EXPECT_EQ(last_.started_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min)));
  EXPECT_EQ(last_.ended_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min + 7s)));
  EXPECT_EQ(last_.latency_nanos(), 7'000'000'000);
  EXPECT_EQ(last_.labels(0).value(), "ios");
  EXPECT_NE(last_.at_unix_nanos(), 0u);
}

TEST_F(LocalTailTest, OnlyWhatFitsTheFilterIsShownOrCounted) {
  oneway::v1::TailRequest request;
  request.add_decisions(oneway::v1::DECISION_MATCHED);
  request.set_key_prefix("a");
  request.set_min_latency_seconds(5);
  request.set_flow("push");
  Listen(request);
  joiner_.SendAndWait({Start("a1", 9min), End("a1", 9min + 5s), Start("a2", 9min), End("a2", 9min + 4s),
                       Start("b", 9min), End("b", 9min + 9s), Start("a3", 9min), End("a3", 9min + 6s)});
  EXPECT_EQ(ReadDecisions(2), (Shown{"MATCHED(a1)", "MATCHED(a3)"}));
  EXPECT_EQ(passed_over_, 0u);
}

TEST_F(LocalTailTest, BeyondTheBoundTheRestIsCountedExactly) {
  oneway::v1::TailRequest request;
  request.set_per_second_max(10);
  request.add_decisions(oneway::v1::DECISION_STARTED);
  Listen(request);
  const auto began_at = std::chrono::steady_clock::now();
  std::vector<TestEvent> events;
  for (int i = 0; i < 5000; ++i) events.push_back(Start(std::to_string(i), 9min));
  ASSERT_EQ(joiner_.SendMany(events), 0u);
  const Shown shown = ReadDecisions(5000);
  EXPECT_EQ(shown.size() + passed_over_, 5000u);
  EXPECT_GT(shown.size(), 0u);
  const auto seconds = (std::chrono::steady_clock::now() - began_at) / 1s;
  EXPECT_LE(shown.size(), 10u * (static_cast<size_t>(seconds) + 2)) << "of a second that was begun, and of each since";
}

TEST_F(LocalTailTest, NothingIsShownBeforeItIsDurable) {
  Listen();
  store_.HoldCommits();
  auto held = joiner_.Send({Start("a", 9min)});
  store_.WaitUntilHeld();
  oneway::v1::TailReply reply;
  ASSERT_TRUE(reader_->Read(&reply)) << "says every second that it is there";
  EXPECT_EQ(reply.decisions_size(), 0);
  store_.ReleaseAll();
  held.get();
  EXPECT_EQ(ReadDecisions(1), (Shown{"STARTED(a)"}));
}

TEST_F(LocalTailTest, SoManyListenAndNoMoreAndOneThatLeavesMakesRoom) {
  shard::TailHub hub;
  shard::TailHub::Listeners listeners;
  for (size_t i = 0; i < shard::TailHub::kListenersMax; ++i) {
    listeners.push_back(std::make_shared<shard::TailListener>(shard::TailFilter{}, 1));
    EXPECT_TRUE(hub.Add(listeners.back()));
  }
  const auto another = std::make_shared<shard::TailListener>(shard::TailFilter{}, 1);
  EXPECT_FALSE(hub.Add(another));
  hub.Remove(listeners.front());
  EXPECT_TRUE(hub.Add(another));
}

class LocalTailHashedTest : public LocalTailTest {
 protected:
  LocalTailHashedTest() : LocalTailTest({.keys = flow::Keys::kHashed}) {}
};

TEST_F(LocalTailHashedTest, AKeyThatIsHiddenIsNeitherShownNorFoundByItsPrefix) {
  Listen();
  joiner_.SendAndWait({Start("secret", 9min)});
  EXPECT_EQ(ReadDecisions(1), (Shown{"STARTED()"}));
  shard::TailFilter filter{.key_prefix = "s"};
  EXPECT_FALSE(filter.Takes({.what = join::Decided::kStarted, .key = join::KeyBytes("")}));
}

}  // namespace
}  // namespace oneway::test
