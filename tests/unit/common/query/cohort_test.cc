// SPDX-License-Identifier: Apache-2.0
//
// Concern: percentiles of three joiners' samples are those of all samples together, also where some never ended.
#include "common/query/cohort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "common/query/histogram_proto.h"
#include "common/query/merge_stats.h"

namespace oneway::query {
namespace {

using histogram::Histogram;

constexpr double kForEver = std::numeric_limits<double>::infinity();

// Nearest rank over all of them; those that never ended stand for themselves.
double Exact(std::vector<double> all, double quantile) {
  std::sort(all.begin(), all.end());
  const auto rank = static_cast<size_t>(std::ceil(quantile * static_cast<double>(all.size()) - 1e-9));
  return all[std::max<size_t>(rank, 1) - 1];
}

TEST(CohortTest, WithoutAnyThingItIsZeroAndWithNothingThatEndedInfinite) {
  EXPECT_EQ(PercentileSeconds({}, 0, 0.5), 0);
  EXPECT_EQ(PercentileSeconds({}, 1, 0.5), kForEver);
}

TEST(CohortTest, TheRankCountsThoseThatNeverEnded) {
  Histogram matched;
  matched.Record(std::chrono::seconds(1), 95);
  EXPECT_NEAR(PercentileSeconds(matched, 5, 0.95), 1, 0.0055);
  EXPECT_EQ(PercentileSeconds(matched, 5, 0.951), kForEver);
  EXPECT_EQ(PercentileSeconds(matched, 6, 0.95), kForEver);
}

TEST(CohortTest, PercentilesOverThreeJoinersAreWithinSixTenthsOfAPercentOfTheExactOnes) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::lognormal_distribution<double> latency(std::uniform_real_distribution<double>(-6, 4)(random),
                                                std::uniform_real_distribution<double>(0.1, 3)(random));
    const bool stuck = round % 2 == 1;
    StatsMerger merger({}, Time{std::chrono::hours(1000)});
    std::vector<double> all;
    for (int joiner = 0; joiner < 3; ++joiner) {
      Histogram matched;
      for (uint64_t samples = random() % 700; samples > 0; --samples) {
        const Duration sample(static_cast<int64_t>(latency(random) * 1e9) + 1000);
        matched.Record(sample);
        all.push_back(std::chrono::duration<double>(sample).count());
      }
      Histogram open;
      if (stuck) open.Record(std::chrono::seconds(1), random() % 40);
      v1::LocalStatsReply reply;
      v1::LocalFlowStats& flow = *reply.add_flows();
      flow.set_flow("push");
      *flow.mutable_latency() = ToProto(matched);
      if (stuck) {
        flow.mutable_counters()->set_expired(random() % 5);
        *flow.mutable_cohort_open() = ToProto(open);
      }
      all.insert(all.end(), open.count() + flow.counters().expired(), kForEver);
      ASSERT_TRUE(merger.Add(reply).ok());
    }
    if (all.empty()) continue;
    const v1::FlowStats push = merger.Merged().flows(0);
    const std::pair<double, double> told[] = {{0.5, push.p50_seconds()},
                                              {0.9, push.p90_seconds()},
                                              {0.95, push.p95_seconds()},
                                              {0.99, push.p99_seconds()},
                                              {0.999, push.p999_seconds()}};
    for (const auto& [quantile, seconds] : told) {
      const double exact = Exact(all, quantile);
      if (std::isinf(exact)) {
        EXPECT_EQ(seconds, exact) << quantile;
      } else {
        EXPECT_NEAR(seconds, exact, exact * 0.006) << quantile << " of " << all.size();
      }
    }
  }
}

}  // namespace
}  // namespace oneway::query
