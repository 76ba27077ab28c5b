// SPDX-License-Identifier: Apache-2.0
//
// Concern: the slowest keys are exactly those that a look at all samples finds, of those that a joiner keeps.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "joiner/shard/slowest_keys.h"
#include "tests/unit/joiner/report/local_query_fixture.h"

namespace oneway::test {
namespace {

class LocalSlowestTest : public LocalQueryTest {
 protected:
  explicit LocalSlowestTest(const flow::Rules& push = {.labels = {"os"}}) : LocalQueryTest(push) {}

  oneway::v1::SlowestReply Slowest(uint32_t limit = 0, uint32_t window_seconds = 0) {
    oneway::v1::SlowestRequest request;
    request.set_limit(limit);
    request.set_window_seconds(window_seconds);
    oneway::v1::SlowestReply reply;
    const grpc::Status status = service_.LocalSlowest(nullptr, &request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
};

TEST_F(LocalSlowestTest, AKeyIsToldWithItsTimesAndLabels) {
  TestEvent start = Start("a", 9min);
  start.labels = {{"os", "ios"}};
  joiner_.SendAndWait({start, End("a", 9min + 7s), Start("open", 1min)});
  const oneway::v1::SlowestReply reply = Slowest();
  ASSERT_EQ(reply.keys_size(), 1);
  const oneway::v1::SlowKey& key = reply.keys(0);
  EXPECT_EQ(key.flow(), "push");
  EXPECT_EQ(key.key(), "a");
  EXPECT_EQ(key.fingerprint().size(), 32u);
  EXPECT_EQ(key.started_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min)));
  EXPECT_EQ(key.ended_unix_nanos(), ToUnixNanos(time::FakeClock::At(9min + 7s)));
  EXPECT_EQ(key.latency_nanos(), 7'000'000'000u);
  ASSERT_EQ(key.labels_size(), 1);
  EXPECT_EQ(key.labels(0).value(), "ios");
  EXPECT_EQ(key.joiner(), "joiner-0");
}

// A key whose end is before its start has no latency to be slow by.
TEST_F(LocalSlowestTest, ANegativeLatencyIsNotSlow) {
  joiner_.SendAndWait({Start("a", 9min), End("a", 8min)});
  EXPECT_EQ(Slowest().keys_size(), 0);
}

TEST_F(LocalSlowestTest, ItIsWhatALookAtEverySampleFinds) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  // By series and minute of the end.
  std::map<std::pair<std::string, int64_t>, std::vector<std::pair<Duration, std::string>>> samples;
  for (int round = 0; round < 20; ++round) {
    std::vector<TestEvent> events;
    for (int i = 0; i < 500; ++i) {
      const std::string key = std::to_string(round) + "-" + std::to_string(i);
      const std::string os = "os-" + std::to_string(random() % 3);
      const Duration latency(static_cast<int64_t>(random() % 100'000'000'000));
      const Duration end = 5min + Duration(static_cast<int64_t>(random() % Duration(5min).count()));
      TestEvent start = Start(key, end - latency);
      start.labels = {{"os", os}};
      events.push_back(start);
      events.push_back(End(key, end));
      samples[{os, end / 1min}].emplace_back(latency, key);
    }
    ASSERT_EQ(joiner_.SendMany(events), 0u);
  }
  for (const uint32_t window : {60u, 180u, 3600u}) {
    std::vector<std::pair<Duration, std::string>> expected;
    for (auto& [cell, of_cell] : samples) {
      if (cell.second < 10 - static_cast<int64_t>(window) / 60) continue;
      std::sort(of_cell.rbegin(), of_cell.rend());
      const size_t kept = std::min(of_cell.size(), join::SlowKeys::kSlowest);
      expected.insert(expected.end(), of_cell.begin(), of_cell.begin() + static_cast<std::ptrdiff_t>(kept));
    }
    std::sort(expected.rbegin(), expected.rend());
    const oneway::v1::SlowestReply reply = Slowest(1000, window);
    std::vector<std::pair<Duration, std::string>> told;
    for (const auto& key : reply.keys()) {
      told.emplace_back(Duration(static_cast<int64_t>(key.latency_nanos())), key.key());
    }
    EXPECT_EQ(told, expected) << window;
    const oneway::v1::SlowestReply three = Slowest(3, window);
    for (int i = 0; i < three.keys_size(); ++i) EXPECT_EQ(three.keys(i).key(), told[static_cast<size_t>(i)].second);
  }
}

class LocalSlowestHashedTest : public LocalSlowestTest {
 protected:
  LocalSlowestHashedTest() : LocalSlowestTest({.keys = flow::Keys::kHashed}) {}
};

TEST_F(LocalSlowestHashedTest, AKeyThatIsHiddenIsToldByItsFingerprintAlone) {
  joiner_.SendAndWait({Start("secret", 9min), End("secret", 9min + 1s)});
  ASSERT_EQ(Slowest().keys_size(), 1);
  EXPECT_EQ(Slowest().keys(0).key(), "");
}

join::DecidedKey Matched(Duration end, Duration latency, uint32_t series = 0) {
  return {.what = join::Decided::kMatched,
          .key = join::KeyBytes("a key of more than twenty-two bytes"),
          .series = flow::SeriesId(series),
          .end = time::FakeClock::At(end),
          .latency = latency};
}

TEST(SlowestKeysTest, BeyondItsBoundTheOldestMinuteGoesFirst) {
  shard::SlowestKeys slowest(100'000);
  for (int minute = 0; minute < 200; ++minute) {
    std::vector<join::DecidedKey> picked;
    for (uint32_t series = 0; series < 10; ++series) picked.push_back(Matched(minute * 1min, 1s, series));
    slowest.Add(std::move(picked));
    EXPECT_LE(slowest.memory_bytes(), 100'000u);
  }
  size_t kept = 0;
  Time oldest = Time::max();
  slowest.ForEachFrom({}, [&](const join::DecidedKey& key) {
    ++kept;
    oldest = std::min(oldest, key.end);
  });
  EXPECT_GT(kept, 300u);
  EXPECT_EQ(kept % 10, 0u) << "a minute goes whole";
  EXPECT_EQ(oldest, time::FakeClock::At((200 - kept / 10) * 1min));
}

TEST(SlowKeysTest, OnlyWhatMayBeAmongTheSlowestIsPicked) {
  join::SlowKeys slow;
  const auto picks = [&](Duration latency) {
    const bool picked = slow.Picks(flow::SeriesId(1), time::FakeClock::At(1min), latency);
    if (picked) slow.Pick(Matched(1min, latency, 1));
    return picked;
  };
  for (int i = 1; i <= 8; ++i) EXPECT_TRUE(picks(i * 1s));
  EXPECT_FALSE(picks(1s));
  EXPECT_TRUE(picks(2s)) << "slower than the fastest of eight";
  EXPECT_FALSE(picks(2s));
  EXPECT_TRUE(slow.Picks(flow::SeriesId(1), time::FakeClock::At(2min), 1ms)) << "another minute";
}

// However many cells there are, what is picked is a superset.
TEST(SlowKeysTest, CellsBeyondTheBoundLoseNothing) {
  join::SlowKeys slow;
  for (int round = 0; round < 3; ++round) {
    for (uint32_t series = 0; series < join::SlowKeys::kCellsMax + 10; ++series) {
      EXPECT_TRUE(slow.Picks(flow::SeriesId(series), time::FakeClock::At(1min), (round + 1) * 1s));
    }
  }
}

}  // namespace
}  // namespace oneway::test
