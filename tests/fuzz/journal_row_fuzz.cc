// SPDX-License-Identifier: Apache-2.0
//
// Rows of the journal. Input: the sequence, 8 bytes little endian, then the row's value as RocksDB holds it.
#include <glog/logging.h>
#include <xxhash.h>

#include <cstring>

#include "joiner/journal/row_codec.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using journal::Row;
using journal::RowKind;
using journal::Sequence;

constexpr size_t kChecksumBytes = 4;

void CheckRefusal(const absl::Status& status) {
  CHECK(status.code() == absl::StatusCode::kDataLoss) << status;
  CHECK(!status.message().empty());
}

// Plain bytes hardly ever have the right checksum: this is the way behind it. Written by the grammar, not by the codec.
std::string WithRightChecksum(Sequence sequence, std::string_view value) {
  std::string mended(value);
  if (mended.size() < kChecksumBytes) return mended;
  const size_t body = mended.size() - kChecksumBytes;
  const auto checksum =
      static_cast<uint32_t>(XXH3_64bits_withSeed(mended.data(), body, static_cast<uint64_t>(sequence)));
  std::memcpy(mended.data() + body, &checksum, sizeof(checksum));
  return mended;
}

void CheckBounds(const Row& row, std::string_view value) {
  CHECK(row.kind >= RowKind::kStart && row.kind <= RowKind::kStage);
  CHECK_EQ(row.IsDone(), journal::LooksDone(value));
  CHECK_LE(row.key.size(), journal::kRowKeyBytesMax);
  if (row.IsDone() && row.kind != RowKind::kStuck) CHECK(row.key.empty());
  if (!row.key.empty())
    CHECK(row.key.data() > value.data() && row.key.data() + row.key.size() < value.data() + value.size());
}

// A row says the same after any number of restarts: encoded and decoded it is equal, and its bytes do not move.
void CheckRoundTrip(Sequence sequence, const Row& row) {
  std::string first;
  EncodeRow(sequence, row, first);
  const absl::StatusOr<Row> again = DecodeRow(sequence, first);
  CHECK(again.ok()) << again.status();
  CHECK(*again == row);
  std::string second;
  EncodeRow(sequence, *again, second);
  CHECK(first == second);
}

void CheckThatDamageShows(Sequence sequence, std::string value) {
  value.back() = static_cast<char>(value.back() ^ 0x10);
  const absl::StatusOr<Row> damaged = DecodeRow(sequence, value);
  CHECK(!damaged.ok());
  CheckRefusal(damaged.status());
}

}  // namespace

bool Try(std::string_view input) {
  uint64_t number = 0;
  if (input.size() < sizeof(number)) return false;
  std::memcpy(&number, input.data(), sizeof(number));
  const Sequence sequence{number};
  const std::string_view stored = input.substr(sizeof(number));
  if (const absl::StatusOr<Row> row = DecodeRow(sequence, stored); !row.ok()) CheckRefusal(row.status());

  const std::string value = WithRightChecksum(sequence, stored);
  const absl::StatusOr<Row> row = DecodeRow(sequence, value);
  if (!row.ok()) {
    CheckRefusal(row.status());
    return false;
  }
  CheckBounds(*row, value);
  CheckRoundTrip(sequence, *row);
  CheckThatDamageShows(sequence, value);
  return true;
}

}  // namespace oneway::fuzz
