// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/rows.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>

#include "tests/unit/joiner/ledger/counts.h"
#include "tests/unit/joiner/ledger/hex.h"
#include "tests/unit/joiner/ledger/seed.h"

namespace oneway::ledger {
namespace {

using namespace std::chrono_literals;

Tally SmallTally() {
  Tally tally;
  for (int i = 0; i < 300; ++i) tally.Add(Counter::kStarted);
  tally.Add(Counter::kMatched);
  tally.Add(Counter::kStale);
  tally.Record(SampleKind::kWithin, 1s);
  return tally;
}

Figures FiguresOf(const Tally& tally) {
  Figures figures;
  tally.AddTo(figures);
  return figures;
}

// These bytes lie in data folders. A change needs a new version, and a decoder that still reads the old one.
TEST(LedgerRowsTest, GoldenKeys) {
  EXPECT_EQ(Hex(DeltaKey(journal::CommitNumber(0x0102030405060708))), "440102030405060708");
  EXPECT_EQ(Hex(TotalKey(RowKind::kFlowTotal, 0x01020304)), "5401020304");
  EXPECT_EQ(Hex(TotalKey(RowKind::kSeriesTotal, 5)), "5500000005");
  EXPECT_EQ(Hex(CellKey(RowKind::kFlowMinute, 0x01020304, 5)), "4d0102030400000005");
  EXPECT_EQ(Hex(CellKey(RowKind::kSeriesMinute, 0x01020304, 5)), "4e0102030400000005");
  EXPECT_EQ(Hex(CellKey(RowKind::kSeriesHour, 0x01020304, 5)), "480102030400000005");
  EXPECT_EQ(Hex(FirstKeptKey()), "4b");
}

TEST(LedgerRowsTest, GoldenTally) {
  EXPECT_EQ(Hex(EncodeTally(SmallTally())),
            "01"  // version
            "8340"
            "ac02"
            "01"
            "01"  // counters 0, 1 and 13: 300, 1, 1
            "01"  // the histogram kWithin:
            "0100"
            "8094ebdc03"
            "00"
            "8094ebdc03"
            "00"  // 1 bucket, no zeros; min, max - min, sum, high half of the sum
            "f90e"
            "01");  // bucket -1 of [-1914, ...], once
  EXPECT_EQ(Hex(EncodeTally(Tally())), "010000");
}

TEST(LedgerRowsTest, GoldenTallyOfAnEmptyFanout) {
  Tally tally;
  tally.Add(Counter::kMatched);
  tally.Add(Counter::kLatePart);
  tally.Add(Counter::kEmpty);
  tally.Add(Counter::kExcessPart);
  tally.Record(SampleKind::kCompletion, 1s);
  EXPECT_EQ(Hex(EncodeTally(tally)),
            "01"  // version
            "828007"
            "01"
            "01"
            "01"
            "01"  // counters 1, 14, 15 and 16: once each
            "20"  // the histogram kCompletion:
            "0100"
            "8094ebdc03"
            "00"
            "8094ebdc03"
            "00"
            "f90e"
            "01");
}

TEST(LedgerRowsTest, GoldenSeriesTotal) {
  Tally tally;
  tally.Add(Counter::kExpired);
  EXPECT_EQ(Hex(EncodeSeriesTotal(flow::FlowId(300), tally)),
            "01"
            "ac02"
            "0401"
            "00");
}

TEST(LedgerRowsTest, GoldenFirstKept) {
  EXPECT_EQ(Hex(EncodeFirstKept({.flow_minute = Minute(300), .series_minute = Minute(2), .series_hour = Hour(3)})),
            "01ac020203");
}

TEST(LedgerRowsTest, GoldenDelta) {
  Delta first;
  first.Add({.counter = Counter::kStarted, .series = flow::SeriesId(7), .flow = flow::FlowId(3), .at = Time(300min)});
  first.Add({.counter = Counter::kOrphan, .series = flow::SeriesId(7), .flow = flow::FlowId(3), .at = Time(299min)});
  Delta second;
  second.Add({.counter = Counter::kStarted, .series = flow::SeriesId(8), .flow = flow::FlowId(3), .at = Time(302min)});
  std::string value;
  AppendDeltaVersion(value);
  AppendDelta(first, value);
  AppendDelta(Delta(), value);
  AppendDelta(second, value);
  EXPECT_EQ(Hex(value),
            "01"  // version
            "02"
            "ac02"  // two cells from minute 300 on
            "07"
            "03"
            "00"
            "0101"
            "00"  // series 7 of flow 3, minute 300: started
            "07"
            "03"
            "01"
            "1001"
            "00"  // minute 299: orphan
            "01"
            "ae02"  // the other shard: one cell
            "08"
            "03"
            "00"
            "0101"
            "00");
}

TEST(LedgerRowsTest, WhatIsEncodedComesBack) {
  std::mt19937_64 random(PrintedSeed());
  Delta delta;
  for (int i = 0; i < 500; ++i) {
    delta.Add(Started(std::chrono::minutes(random() % 10), flow::SeriesId(random() % 4)));
    delta.Add(Matched(std::chrono::minutes(random() % 10), Duration(random() % 500'000'000'000),
                      flow::SeriesId(random() % 4)));
    delta.Add(
        Empty(std::chrono::minutes(random() % 10), Duration(random() % 500'000'000'000), flow::SeriesId(random() % 4)));
  }
  std::string value;
  AppendDeltaVersion(value);
  AppendDelta(delta, value);
  Delta decoded;
  ASSERT_TRUE(DecodeDelta(value, decoded).ok());
  ASSERT_EQ(decoded.cells().size(), delta.cells().size());
  for (size_t i = 0; i < delta.cells().size(); ++i) {
    const Delta::Cell& cell = delta.cells()[i];
    const Delta::Cell& other = decoded.cells()[i];
    EXPECT_EQ(other.flow, cell.flow);
    EXPECT_EQ(other.series, cell.series);
    EXPECT_EQ(other.minute, cell.minute);
    EXPECT_EQ(FiguresOf(other.tally), FiguresOf(cell.tally));

    Tally tally;
    ASSERT_TRUE(DecodeTally(EncodeTally(cell.tally), tally).ok());
    EXPECT_EQ(FiguresOf(tally), FiguresOf(cell.tally));
    flow::FlowId flow{};
    Tally total;
    ASSERT_TRUE(DecodeSeriesTotal(EncodeSeriesTotal(kMail, cell.tally), flow, total).ok());
    EXPECT_EQ(flow, kMail);
    EXPECT_EQ(FiguresOf(total), FiguresOf(cell.tally));
  }
}

TEST(LedgerRowsTest, BytesCutOffAreRefused) {
  const std::string tally = EncodeTally(SmallTally());
  const std::string total = EncodeSeriesTotal(kMail, SmallTally());
  const std::string first_kept = EncodeFirstKept({.flow_minute = Minute(300)});
  for (size_t size = 0; size < tally.size(); ++size) {
    Tally decoded;
    EXPECT_FALSE(DecodeTally(std::string_view(tally).substr(0, size), decoded).ok()) << size;
  }
  for (size_t size = 0; size < total.size(); ++size) {
    Tally decoded;
    flow::FlowId flow{};
    EXPECT_FALSE(DecodeSeriesTotal(std::string_view(total).substr(0, size), flow, decoded).ok()) << size;
  }
  for (size_t size = 0; size < first_kept.size(); ++size) {
    FirstKept decoded;
    EXPECT_FALSE(DecodeFirstKept(std::string_view(first_kept).substr(0, size), decoded).ok()) << size;
  }
  Delta delta;
  delta.Add(Matched(50s, 20s));
  std::string value;
  AppendDeltaVersion(value);
  AppendDelta(delta, value);
  for (size_t size = 2; size < value.size(); ++size) {
    Delta decoded;
    EXPECT_FALSE(DecodeDelta(std::string_view(value).substr(0, size), decoded).ok()) << size;
  }
}

TEST(LedgerRowsTest, MoreBytesAndUnknownBitsAreRefused) {
  Tally tally;
  FirstKept first_kept;
  EXPECT_FALSE(DecodeTally(EncodeTally(SmallTally()) + '\0', tally).ok());
  EXPECT_FALSE(DecodeTally(std::string("\x01\x80\x80\x80\x04\x01\x00", 7), tally).ok()) << "counter 23";
  EXPECT_FALSE(DecodeTally(std::string("\x01\x00\x80\x04\x00\x00", 6), tally).ok()) << "histogram 9";
  EXPECT_FALSE(DecodeFirstKept(EncodeFirstKept({}) + '\0', first_kept).ok());
  EXPECT_EQ(DecodeTally(std::string("\x02\x00\x00", 3), tally).code(), absl::StatusCode::kFailedPrecondition);
}

// So that bytes which changed on the disk do not read as the same row, or as a smaller one.
TEST(LedgerRowsTest, OnlyTheBytesThatEncodeWritesAreTaken) {
  Tally tally;
  FirstKept first_kept;
  ASSERT_TRUE(DecodeTally(std::string("\x01\x01\x07\x00", 4), tally).ok()) << "7 starts";
  EXPECT_FALSE(DecodeTally(std::string("\x01\x01\x87\x00\x00", 5), tally).ok()) << "7 in two bytes";
  EXPECT_FALSE(DecodeTally(std::string("\x01\x01\x00\x00", 4), tally).ok()) << "a counter of 0";
  EXPECT_FALSE(DecodeTally(std::string("\x01\x00\x01\x00\x00", 5), tally).ok()) << "a histogram without samples";
  EXPECT_FALSE(DecodeFirstKept(std::string("\x01\x80\x00\x00\x00", 5), first_kept).ok()) << "0 in two bytes";
}

// Several shards count in one row: what each of them counted is within 64 bits, and so has to be the sum.
TEST(LedgerRowsTest, SumsBeyond64BitsAreRefused) {
  Delta half;
  Tally& counted = half.At(kPush, kPushIos, Minute(0));
  counted.counters()[0] = uint64_t{1} << 63;
  std::string once;
  AppendDeltaVersion(once);
  AppendDelta(half, once);
  std::string twice = once;
  AppendDelta(half, twice);
  Delta decoded;
  EXPECT_TRUE(DecodeDelta(once, decoded).ok());
  Delta beyond;
  EXPECT_EQ(DecodeDelta(twice, beyond).code(), absl::StatusCode::kDataLoss);

  Delta samples;
  samples.At(kPush, kPushIos, Minute(0)).Of(SampleKind::kWithin).Record(1s, uint64_t{1} << 63);
  std::string histograms;
  AppendDeltaVersion(histograms);
  AppendDelta(samples, histograms);
  AppendDelta(samples, histograms);
  Delta too_many;
  EXPECT_EQ(DecodeDelta(histograms, too_many).code(), absl::StatusCode::kDataLoss);
}

TEST(LedgerRowsTest, AnyBytesAreDecodedOrRefused) {
  std::mt19937_64 random(PrintedSeed());
  Delta whole;
  for (int i = 0; i < 20; ++i) whole.Add(Matched(std::chrono::seconds(random() % 300), Duration(random() % (1 << 30))));
  std::string good;
  AppendDeltaVersion(good);
  AppendDelta(whole, good);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (uint64_t flips = 1 + random() % 4; flips > 0; --flips) {
      bytes[1 + random() % (bytes.size() - 1)] = static_cast<char>(random());
    }
    Delta delta;
    (void)DecodeDelta(bytes, delta);
    Tally tally;
    (void)DecodeTally(bytes, tally);
  }
}

}  // namespace
}  // namespace oneway::ledger
