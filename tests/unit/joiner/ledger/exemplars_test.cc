// SPDX-License-Identifier: Apache-2.0
//
// Concern: of each flow and bucket the latest key is kept, within bounds.
#include "joiner/ledger/exemplars.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

Exemplars::Sample Sample(uint32_t flow, Duration latency, std::string_view key) {
  return {.flow = flow::FlowId(flow),
          .latency = latency,
          .end = Time(1h),
          .fingerprint = {.high = 1, .low = flow},
          .key = key};
}

// "bucket:key", by bucket.
std::string Shown(const Exemplars& exemplars, uint32_t flow) {
  std::string shown;
  for (const Exemplar& exemplar : exemplars.Of(flow::FlowId(flow))) {
    absl::StrAppend(&shown, shown.empty() ? "" : " ", exemplar.bucket, ":", std::string(exemplar.key()));
  }
  return shown;
}

TEST(ExemplarsTest, TheLatestOfEachBucketAndFlowIsKept) {
  Exemplars exemplars;
  exemplars.Put(Sample(0, 1s, "a"));
  exemplars.Put(Sample(0, 0s, "zero"));
  exemplars.Put(Sample(7, 1s, "other flow"));
  exemplars.Put(Sample(0, 900ms, "b"));
  exemplars.Put(Sample(0, 1001ms, "c"));
  EXPECT_EQ(Shown(exemplars, 0), "0:zero 8:b 9:c");
  EXPECT_EQ(Shown(exemplars, 7), "8:other flow");
  EXPECT_EQ(Shown(exemplars, 3), "");
  EXPECT_EQ(Shown(exemplars, 4000), "");
  EXPECT_EQ(exemplars.Of(flow::FlowId(0))[1].latency, 900ms);
}

TEST(ExemplarsTest, WhatACommitHasReplacesWhatWasKept) {
  Exemplars kept;
  Exemplars commit;
  commit.Put(Sample(0, 1s, "a"));
  commit.Put(Sample(0, 4s, "b"));
  kept.Take(commit);
  commit.Clear();
  EXPECT_TRUE(commit.empty());
  EXPECT_EQ(Shown(commit, 0), "");
  commit.Put(Sample(0, 1s, "c"));
  EXPECT_EQ(Shown(commit, 0), "8:c");
  kept.Take(commit);
  EXPECT_EQ(Shown(kept, 0), "8:c 10:b");
}

TEST(ExemplarsTest, AKeyThatIsTooLongIsNotKept) {
  Exemplars exemplars;
  exemplars.Put(Sample(0, 1s, std::string(Exemplar::kKeyBytesMax, 'k')));
  EXPECT_EQ(exemplars.Of(flow::FlowId(0))[0].key(), std::string(Exemplar::kKeyBytesMax, 'k'));
  exemplars.Put(Sample(0, 1s, std::string(Exemplar::kKeyBytesMax + 1, 'k')));
  EXPECT_EQ(exemplars.Of(flow::FlowId(0))[0].key(), "");
  EXPECT_EQ(exemplars.Of(flow::FlowId(0))[0].fingerprint.high, 1u);
}

TEST(ExemplarsTest, BeyondTheBoundNothingIsAddedAndWhatIsThereIsStillReplaced) {
  Exemplars exemplars;
  for (uint32_t flow = 0; flow < flow::kFlowsMax; ++flow) {
    for (const Duration latency : {1s, 2s, 4s, 8s, 16s}) exemplars.Put(Sample(flow, latency, "first"));
  }
  size_t shown = 0;
  for (uint32_t flow = 0; flow < flow::kFlowsMax; ++flow) shown += exemplars.Of(flow::FlowId(flow)).size();
  EXPECT_EQ(shown, Exemplars::kEntriesMax);
  exemplars.Put(Sample(0, 1s, "second"));
  EXPECT_EQ(exemplars.Of(flow::FlowId(0))[0].key(), "second");
  EXPECT_EQ(Shown(exemplars, flow::kFlowsMax - 1), "");
}

}  // namespace
}  // namespace oneway::ledger
