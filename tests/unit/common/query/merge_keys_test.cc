// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace oneway::query {
namespace {

TEST(MergeKeysTest, TheOldestOfAllJoinersAreTheOldestOfTheCluster) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  constexpr uint32_t kLimit = 10;
  std::vector<uint64_t> all;
  std::vector<v1::OverdueReply> joiners(3);
  for (v1::OverdueReply& joiner : joiners) {
    std::vector<uint64_t> own(random() % 30);
    for (uint64_t& since : own) since = random();
    std::sort(own.begin(), own.end());
    all.insert(all.end(), own.begin(), own.end());
    joiner.set_count(own.size());
    for (size_t i = 0; i < std::min<size_t>(own.size(), kLimit); ++i) joiner.add_keys()->set_since_unix_nanos(own[i]);
  }
  std::sort(all.begin(), all.end());
  const v1::OverdueReply merged = MergeOverdue(joiners, kLimit);
  EXPECT_EQ(merged.count(), all.size());
  ASSERT_EQ(static_cast<size_t>(merged.keys_size()), std::min<size_t>(all.size(), kLimit));
  for (int i = 0; i < merged.keys_size(); ++i)
    EXPECT_EQ(merged.keys(i).since_unix_nanos(), all[static_cast<size_t>(i)]);
}

TEST(MergeKeysTest, FlowsAreCountedOverAllJoinersAlsoBeyondTheLimit) {
  std::vector<v1::OverdueReply> joiners(2);
  const auto add = [](const char* name, uint64_t count, v1::OverdueReply& joiner) {
    v1::FlowOverdue& flow = *joiner.add_flows();
    flow.set_flow(name);
    flow.set_count(count);
  };
  add("push", 1000, joiners[0]);
  add("task", 1, joiners[0]);
  add("order", 2, joiners[1]);
  add("push", 500, joiners[1]);
  std::string told;
  const v1::OverdueReply merged = MergeOverdue(joiners, 1);
  for (const v1::FlowOverdue& flow : merged.flows()) {
    told += flow.flow() + " " + std::to_string(flow.count()) + "; ";
  }
  EXPECT_EQ(told, "order 2; push 1500; task 1; ");
}

TEST(MergeKeysTest, TheSlowestComeFirst) {
  std::vector<v1::SlowestReply> joiners(2);
  joiners[0].add_keys()->set_latency_nanos(5);
  joiners[0].add_keys()->set_latency_nanos(3);
  joiners[1].add_keys()->set_latency_nanos(4);
  const v1::SlowestReply merged = MergeSlowest(joiners, 2);
  ASSERT_EQ(merged.keys_size(), 2);
  EXPECT_EQ(merged.keys(0).latency_nanos(), 5u);
  EXPECT_EQ(merged.keys(1).latency_nanos(), 4u);
  EXPECT_EQ(MergeSlowest(joiners, 20).keys_size(), 3);
}

}  // namespace
}  // namespace oneway::query
