// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/dictionary_rows.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/unit/joiner/ledger/hex.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

const FlowRow kFlow{.name = "push", .retry_window = 150ns, .horizon_floor = Time(-1ns)};
const Labels kLabels{{"os", "ios"}, {"zone", ""}};

// These bytes lie in data folders. A change needs a new version, and a decoder that still reads the old one.
TEST(DictionaryRowsTest, GoldenBytes) {
  EXPECT_EQ(Hex(DictionaryKey('F', 0x01020304)), "4601020304");
  EXPECT_EQ(Hex(DictionaryKey('S', 5)), "5300000005");
  EXPECT_EQ(Hex(DictionaryKey('L', 5)), "4c00000005");
  EXPECT_EQ(Hex(EncodeFlow(kFlow)),
            "01"
            "0470757368"
            "ac02"
            "01");
  EXPECT_EQ(Hex(EncodeSeries(flow::FlowId(300), kLabels)),
            "01"
            "ac02"
            "02"
            "026f73"
            "03696f73"
            "047a6f6e65"
            "00");
}

TEST(DictionaryRowsTest, WhatIsEncodedComesBack) {
  FlowRow flow;
  ASSERT_TRUE(DecodeFlow(EncodeFlow(kFlow), flow).ok());
  EXPECT_EQ(flow, kFlow);
  SeriesRow series;
  ASSERT_TRUE(DecodeSeries(EncodeSeries(flow::FlowId(300), kLabels), series).ok());
  EXPECT_EQ(series, (SeriesRow{.flow = flow::FlowId(300), .labels = kLabels}));
}

TEST(DictionaryRowsTest, BytesCutOffOrAddedAreRefused) {
  const std::string flow = EncodeFlow(kFlow);
  const std::string series = EncodeSeries(flow::FlowId(300), kLabels);
  FlowRow flow_row;
  SeriesRow series_row;
  for (size_t size = 0; size < flow.size(); ++size) EXPECT_FALSE(DecodeFlow(flow.substr(0, size), flow_row).ok());
  for (size_t size = 0; size < series.size(); ++size) {
    EXPECT_FALSE(DecodeSeries(series.substr(0, size), series_row).ok());
  }
  EXPECT_FALSE(DecodeFlow(flow + "x", flow_row).ok());
  EXPECT_FALSE(DecodeSeries(series + "x", series_row).ok());
  EXPECT_EQ(DecodeFlow("\x02", flow_row).code(), absl::StatusCode::kFailedPrecondition) << "a newer version";
}

}  // namespace
}  // namespace oneway::ledger
