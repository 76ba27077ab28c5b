// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/row_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Sequence kSequence{4097};

std::string Encoded(const Row& row, Sequence sequence = kSequence) {
  std::string bytes;
  EncodeRow(sequence, row, bytes);
  return bytes;
}

std::string HexOf(const Row& row) {
  return absl::BytesToHexString(Encoded(row));
}

Row Golden(Row row) {
  row.fingerprint = {0x0011223344556677, 0x8899AABBCCDDEEFF};
  row.flow = flow::FlowId(3);
  row.series = flow::SeriesId(300);
  row.applied_at = row.latest + milliseconds(40);
  return row;
}

// Frozen: these bytes lie on disks. A failure here means a new version byte, not a new expectation.
TEST(RowCodecTest, GoldenBytes) {
  EXPECT_EQ(HexOf(Golden(StartRow("push-7"))),
            "01017766554433221100ffeeddccbbaa998803ac0200002a36fe9c9717000080e89226707573682d37140f8e41");
  EXPECT_EQ(HexOf(Golden(EndRow("push-7"))),
            "01027766554433221100ffeeddccbbaa998803ac0200002a36fe9c9717000080e89226707573682d378020678c");
  Row stage = EndRow("queued");
  stage.kind = RowKind::kStage;
  EXPECT_EQ(HexOf(Golden(stage)),
            "010b7766554433221100ffeeddccbbaa998803ac0200002a36fe9c9717000080e89226717565756564ba2fd79e");
  EXPECT_EQ(HexOf(Golden(MatchedRow("push-7", seconds(1), seconds(2)))),
            "01037766554433221100ffeeddccbbaa998803ac0200cac471fe9c971780d0acf30e000080e892264cc2c108");
  EXPECT_EQ(HexOf(Golden(MatchedRow("push-7", seconds(1), seconds(-2)))),
            "01037766554433221100ffeeddccbbaa998803ac0200cac471fe9c9717ffcfacf30e000080e8922623a0b1ba");
  EXPECT_EQ(HexOf(Golden(ExpiredRow("push-7", seconds(1), seconds(1201)))),
            "01047766554433221100ffeeddccbbaa998803ac0200cac471fe9c9717808097d9ec45000080e892268bd1255c");
  EXPECT_EQ(HexOf(Golden(LateRow("push-7", seconds(1), seconds(700), seconds(1201)))),
            "01057766554433221100ffeeddccbbaa998803ac0200cac471fe9c971780e082b4df28808097d9ec45000080e89226fe93ee2a");
}

TEST(RowCodecTest, GoldenBytesOfFanouts) {
  const Time second = kTestEpoch + seconds(1);
  EXPECT_EQ(HexOf(Golden(FanoutRow("task-7", kTestEpoch, second, 10))),
            "01067766554433221100ffeeddccbbaa998803ac020300002a36fe9c971780a8d6b9070a00ffa7d6b90780e892267461736b2d370d"
            "ad9615");
  EXPECT_EQ(
      HexOf(Golden(FanoutRow("task-7", kNoTime))),
      "01067766554433221100ffeeddccbbaa998803ac0200008080d0e2c6bfce972f8080d0e2c6bfce972f80e892267461736b2d37393e15fb");
  EXPECT_EQ(
      HexOf(Golden(PartRow("task-7", "part-1", kTestEpoch, second))),
      "01077766554433221100ffeeddccbbaa998803ac020300002a36fe9c971780a8d6b90700ffa7d6b90780e89226706172742d31f29644cd");
  EXPECT_EQ(
      HexOf(Golden(PartRow("task-7", "part-1", kNoTime, second))),
      "01077766554433221100ffeeddccbbaa998803ac020280a8a69ccebfce972fffa7d6b907ffa7d6b90780e89226706172742d3163f2d84a");
  Row empty = MatchedRow("task-7", seconds(1), seconds(2));
  empty.kind = RowKind::kEmpty;
  EXPECT_EQ(HexOf(Golden(empty)),
            "01087766554433221100ffeeddccbbaa998803ac0200cac471fe9c971780d0acf30e000080e892262481bca2");
  EXPECT_EQ(
      HexOf(Golden(StuckRow("task-7", seconds(1), seconds(1201), 4,
                            "\x01"
                            "a"))),
      "01097766554433221100ffeeddccbbaa998803ac0200cac471fe9c971780e8888743808097d9ec4504000080e89226016112a65fc8");
}

TEST(RowCodecTest, GoldenBytesOfWhatFewRowsSay) {
  Row fanout = FanoutRow("task-7", kTestEpoch, kTestEpoch + seconds(1), 10);
  fanout.completed_series = flow::SeriesId(301);
  fanout.not_before = kTestEpoch + seconds(2);
  EXPECT_EQ(
      HexOf(Golden(fanout)),
      "01867766554433221100ffeeddccbbaa998803ac020300002a36fe9c971780a8d6b9070680d0acf30ead020a00ffa7d6b90780e892267461"
      "736b2d37c9cdb4ff");
  Row expired = ExpiredRow("push-7", seconds(1), seconds(1201));
  expired.generation = 5;
  expired.deadline = kTestEpoch + seconds(601);
  EXPECT_EQ(
      HexOf(Golden(expired)),
      "01847766554433221100ffeeddccbbaa998803ac0200cac471fe9c9717090580c0cbacf622808097d9ec45000080e8922667a100ee");
}

TEST(RowCodecTest, ADoneRowOfAnOrdinaryPairIsSmall) {
  EXPECT_LE(Encoded(Golden(MatchedRow("push-7", seconds(1), milliseconds(1234)))).size(), 48u);
}

TEST(RowCodecTest, DecodesWhatItEncoded) {
  for (const Row& row : {StartRow("push-7"), EndRow(""), MatchedRow("push-7"), ExpiredRow("push-7", seconds(1), {}),
                         LateRow("push-7", seconds(1), seconds(2), seconds(3)), FanoutRow("task-7", kNoTime),
                         FanoutRow("task-7", kTestEpoch, kTestEpoch, 1024), PartRow("task-7", "a", kNoTime, kTestEpoch),
                         PartRow("task-7", "a", kTestEpoch), StuckRow("task-7", {}, seconds(1), 2, "ids")}) {
    const std::string bytes = Encoded(Golden(row));
    const absl::StatusOr<Row> decoded = DecodeRow(kSequence, bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, Golden(row));
  }
}

TEST(RowCodecTest, ARowOfAnotherSequenceIsRefused) {
  const std::string bytes = Encoded(StartRow("push-7"), Sequence(1));
  EXPECT_TRUE(DecodeRow(Sequence(1), bytes).ok());
  EXPECT_FALSE(DecodeRow(Sequence(2), bytes).ok());
}

TEST(RowCodecTest, ANewerVersionIsRefused) {
  std::string bytes = Encoded(StartRow("push-7"));
  bytes[0] = 2;
  EXPECT_EQ(DecodeRow(kSequence, bytes).status(),
            absl::DataLossError("row 4097 of the journal is damaged or of a newer format"));
}

TEST(RowCodecTest, EveryTruncationIsRefused) {
  const std::string bytes = Encoded(Golden(LateRow("push-7", seconds(1), seconds(700), seconds(1201))));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeRow(kSequence, bytes.substr(0, size)).ok()) << size << " bytes";
  }
}

TEST(RowCodecTest, EveryFlippedBitIsRefused) {
  const std::string bytes = Encoded(Golden(StartRow("push-7")));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(DecodeRow(kSequence, flipped).ok()) << "bit " << bit;
  }
}

TEST(RowCodecTest, TellsDoneRowsFromOthersWithoutDecoding) {
  EXPECT_FALSE(LooksDone(Encoded(StartRow("push-7"))));
  EXPECT_FALSE(LooksDone(Encoded(EndRow("push-7"))));
  EXPECT_FALSE(LooksDone(Encoded(FanoutRow("task-7", kTestEpoch))));
  EXPECT_FALSE(LooksDone(Encoded(PartRow("task-7", "a", kTestEpoch))));
  EXPECT_TRUE(LooksDone(Encoded(MatchedRow("push-7"))));
  EXPECT_TRUE(LooksDone(Encoded(StuckRow("task-7", {}, {}, 1, ""))));
  EXPECT_FALSE(LooksDone(""));
}

class RandomRowCodecTest : public testing::Test {
 protected:
  RandomRowCodecTest() : seed_(std::random_device()()), random_(seed_) {
    RecordProperty("seed", std::to_string(seed_));
  }

  // Far times and small ones alike.
  uint64_t AnyNumber() { return random_() >> random_() % 64; }
  Time AnyTime() { return FromUnixNanos(AnyNumber()); }
  std::string AnyBytes(size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  Row AnyRow(std::string_view key) {
    Row row;
    row.kind = static_cast<RowKind>(1 + random_() % 11);
    row.fingerprint = {random_(), random_()};
    row.flow = flow::FlowId(static_cast<uint32_t>(AnyNumber()));
    row.series = flow::SeriesId(static_cast<uint32_t>(AnyNumber()));
    row.time = AnyTime();
    const bool is_of_open_fanout =
        row.kind == RowKind::kFanout || row.kind == RowKind::kPart || row.kind == RowKind::kEnds;
    if (is_of_open_fanout && random_() % 3 == 0) row.time = kNoTime;
    if (row.kind == RowKind::kStuck || (is_of_open_fanout && random_() % 2 == 0)) row.second_time = AnyTime();
    const bool has_parts = row.kind == RowKind::kFanout || row.kind == RowKind::kEnds || row.kind == RowKind::kStuck;
    if (has_parts) row.parts = static_cast<uint32_t>(AnyNumber());
    if (row.kind == RowKind::kMatched || row.kind == RowKind::kLate || row.kind == RowKind::kEmpty) {
      row.latency = Duration(static_cast<int64_t>(AnyNumber()));
    }
    row.earliest = AnyTime();
    row.latest = AnyTime();
    const bool expired = row.kind == RowKind::kExpired || row.kind == RowKind::kLate || row.kind == RowKind::kStuck;
    if (expired) row.remember_until = AnyTime();
    if (row.kind == RowKind::kFanout && random_() % 2 == 0) {
      row.completed_series = flow::SeriesId(static_cast<uint32_t>(AnyNumber()));
    }
    const bool says_deadline = row.kind == RowKind::kExpired || row.kind == RowKind::kStuck;
    if (says_deadline && random_() % 2 == 0) row.deadline = AnyTime();
    if (random_() % 4 == 0) row.generation = AnyNumber();
    if (random_() % 4 == 0) row.not_before = AnyTime();
    row.applied_at = AnyTime();
    if (!row.IsDone() || row.kind == RowKind::kStuck) row.key = key;
    return row;
  }

  const uint64_t seed_;
  std::mt19937_64 random_;
};

TEST_F(RandomRowCodecTest, AnyRowSurvives) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = AnyBytes(random_() % (kRowKeyBytesMax + 1));
    const Row row = AnyRow(key);
    const Sequence sequence{AnyNumber()};
    const std::string bytes = Encoded(row, sequence);
    const absl::StatusOr<Row> decoded = DecodeRow(sequence, bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status() << ", seed " << seed_;
    ASSERT_EQ(*decoded, row) << "seed " << seed_;
  }
}

TEST_F(RandomRowCodecTest, GarbageIsRefused) {
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes = AnyBytes(random_() % 80);
    if (!bytes.empty()) bytes[0] = 1;  // past the version
    ASSERT_FALSE(DecodeRow(kSequence, bytes).ok()) << absl::BytesToHexString(bytes) << ", seed " << seed_;
  }
}

}  // namespace
}  // namespace oneway::journal
