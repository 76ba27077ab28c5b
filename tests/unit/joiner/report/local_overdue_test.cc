// SPDX-License-Identifier: Apache-2.0
//
// Concern: the keys that wait for too long are exactly those that a look at every key finds, the oldest first.
#include "joiner/report/local_overdue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/joiner/report/local_query_fixture.h"

namespace oneway::test {
namespace {

class LocalOverdueTest : public LocalQueryTest {
 protected:
  explicit LocalOverdueTest(const flow::Rules& push = {.labels = {"os"}}) : LocalQueryTest(push) {}

  oneway::v1::OverdueReply Overdue(double age_min = 0, uint32_t limit = 0) {
    oneway::v1::OverdueRequest request;
    request.set_min_age_seconds(age_min);
    request.set_limit(limit);
    oneway::v1::OverdueReply reply;
    const grpc::Status status = service_.LocalOverdue(nullptr, &request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.now_unix_nanos(), ToUnixNanos(clock_.Wall()));
    return reply;
  }
  static std::string KeysOf(const oneway::v1::OverdueReply& reply) {
    std::string keys;
    for (const auto& key : reply.keys()) keys += key.key() + " ";
    return keys;
  }
};

TEST_F(LocalOverdueTest, WithoutAnObjectiveHalfTheTtlIsTooLong) {
  joiner_.SendAndWait({Start("half", 5min), Start("over", 5min - 1ms), Start("oldest", 1min), Start("young", 9min),
                       Start("done", 1min), End("done", 2min)});
  const oneway::v1::OverdueReply reply = Overdue();
  EXPECT_EQ(KeysOf(reply), "oldest over ");
  EXPECT_EQ(reply.count(), 2u);
  EXPECT_EQ(reply.keys(0).flow(), "push");
  EXPECT_EQ(reply.keys(0).joiner(), "joiner-0");
  EXPECT_EQ(reply.keys(0).fingerprint().size(), 32u);
  EXPECT_EQ(reply.keys(0).started_unix_nanos(), ToUnixNanos(time::FakeClock::At(1min)));
  EXPECT_EQ(reply.keys(0).deadline_unix_nanos(), ToUnixNanos(time::FakeClock::At(11min)));
  EXPECT_EQ(KeysOf(Overdue(60)), "oldest over half young ");
  EXPECT_EQ(KeysOf(Overdue(60.001)), "oldest over half ");
}

class LocalOverdueObjectiveTest : public LocalOverdueTest {
 protected:
  LocalOverdueObjectiveTest() : LocalOverdueTest({.objective = flow::Objective{.under = 5s, .target = 0.99}}) {}
};

TEST_F(LocalOverdueObjectiveTest, TheObjectiveSaysWhatIsTooLong) {
  joiner_.SendAndWait({Start("slow", 10min - 6s), Start("fine", 10min - 5s)});
  EXPECT_EQ(KeysOf(Overdue()), "slow ");
}

class LocalOverdueHashedTest : public LocalOverdueTest {
 protected:
  LocalOverdueHashedTest() : LocalOverdueTest({.keys = flow::Keys::kHashed}) {}
};

TEST_F(LocalOverdueHashedTest, AKeyThatIsHiddenIsToldByItsFingerprintAlone) {
  joiner_.SendAndWait({Start("secret", 1min)});
  const oneway::v1::OverdueReply reply = Overdue();
  ASSERT_EQ(reply.keys_size(), 1);
  EXPECT_EQ(reply.keys(0).key(), "");
  EXPECT_EQ(reply.keys(0).fingerprint().size(), 32u);
}

class LocalOverdueFanoutTest : public LocalOverdueTest {
 protected:
  LocalOverdueFanoutTest() : LocalOverdueTest({.shape = flow::Shape::kFanout}) {}
};

TEST_F(LocalOverdueFanoutTest, AFanoutIsToldWithThePartsThatItLacks) {
  joiner_.SendAndWait({Start("task", 1min), PartStarted("task", "a", 61s), PartStarted("task", "b", 61s),
                       PartEnded("task", "a", 62s), PartStarted("early", "a", 61s)});
  const oneway::v1::OverdueReply reply = Overdue();
  ASSERT_EQ(KeysOf(reply), "task ");
  EXPECT_EQ(reply.keys(0).parts().known(), 2u);
  EXPECT_EQ(reply.keys(0).parts().missing_ids(0), "b");
}

TEST_F(LocalOverdueTest, ItIsWhatALookAtEveryKeyFinds) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<TestEvent> events;
  std::vector<std::pair<Duration, std::string>> open;
  for (int i = 0; i < 5000; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const Duration at(std::uniform_int_distribution<int64_t>(1'000'000'000, Duration(10min).count())(random));
    events.push_back(Start(key, at));
    if (random() % 3 == 0) {
      events.push_back(End(key, at + 1s));
    } else {
      open.emplace_back(at, key);
    }
  }
  ASSERT_EQ(joiner_.SendMany(events), 0u);
  std::sort(open.begin(), open.end());
  for (const int seconds : {1, 30, 200, 599}) {
    std::string oldest;
    uint64_t count = 0;
    for (const auto& [at, key] : open) {
      if (10min - at < std::chrono::seconds(seconds)) continue;
      if (++count <= 50) oldest += key + " ";
    }
    const oneway::v1::OverdueReply reply = Overdue(seconds, 50);
    EXPECT_EQ(reply.count(), count) << seconds;
    uint64_t by_flow = 0;
    for (const auto& flow : reply.flows()) by_flow += flow.count();
    EXPECT_EQ(by_flow, count) << seconds;
    EXPECT_EQ(KeysOf(reply), oldest) << seconds;
  }
}

TEST(OverdueKeysTest, EachFlowIsCountedThoughTheKeysOfAnotherAreOlder) {
  const flow::Rules rules;
  report::OverdueKeys keys({.flow = std::nullopt, .now = time::FakeClock::At(1h), .age_min = 1s, .limit = 1});
  const auto see = [&](uint32_t flow, Duration start) {
    const hash::Fingerprint fingerprint{};
    const Time at = time::FakeClock::At(start);
    keys.See({.fingerprint = fingerprint, .flow = flow::FlowId(flow), .start = at, .since = at, .rules = rules});
  };
  for (int i = 0; i < 1000; ++i) see(7, 1min);
  see(3, 30min);
  see(3, 31min);
  see(5, 1h);
  EXPECT_EQ(keys.keys().size(), 1u);
  EXPECT_EQ(keys.counts(), (std::map<flow::FlowId, uint64_t>{{flow::FlowId(3), 2}, {flow::FlowId(7), 1000}}));
}

TEST_F(LocalOverdueTest, NothingIsToldBeforeItIsDurable) {
  store_.HoldCommits();
  auto held = joiner_.Send({Start("a", 1min)});
  store_.WaitUntilHeld();
  oneway::v1::OverdueRequest request;
  oneway::v1::OverdueReply reply;
  EXPECT_EQ(service_.LocalOverdue(nullptr, &request, &reply).error_code(), grpc::StatusCode::UNAVAILABLE);
  store_.ReleaseAll();
  held.get();
  EXPECT_EQ(KeysOf(Overdue()), "a ");
}

}  // namespace
}  // namespace oneway::test
