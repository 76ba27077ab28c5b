// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/row_codec.h"

#include <glog/logging.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "joiner/journal/bytes.h"

namespace oneway::journal {
namespace {

// Grammar of a row's value:
//
//   value     := version kind fingerprint flow series time latency? remember? earliest latest applied key checksum
//   version   := byte, 1
//   kind      := byte, RowKind
//   fingerprint := fixed64 high half, fixed64 low half
//   flow, series := varint
//   time      := fixed64, Unix nanoseconds
//   latency   := zigzag nanoseconds                               kMatched, kLate
//   remember  := zigzag(remember_until - time)                    kExpired, kLate
//   earliest  := zigzag(earliest - min(time, time + latency))
//   latest    := zigzag(latest - max(time, time + latency))
//   applied   := zigzag(applied_at - latest)
//   key       := the bytes up to the checksum, at most 256; none in DONE rows
//   checksum  := fixed32, low half of XXH3-64 over all before, seeded with the sequence
//
// Differences are taken modulo 2^64, so every time survives. A pair that met in the usual way has earliest and latest
// at its start and end, a zero byte each.
constexpr uint8_t kVersion = 1;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kRowBytesMax = 2 + 16 + 2 * kVarintBytesMax + 8 + 5 * kVarintBytesMax + kRowKeyBytesMax + 4;

bool HasLatency(RowKind kind) {
  return kind == RowKind::kMatched || kind == RowKind::kLate;
}
bool HasRememberUntil(RowKind kind) {
  return kind == RowKind::kExpired || kind == RowKind::kLate;
}
bool HasKey(RowKind kind) {
  return kind == RowKind::kStart || kind == RowKind::kEnd;
}

int64_t Difference(uint64_t to, uint64_t from) {
  return static_cast<int64_t>(to - from);
}

uint32_t Checksum(Sequence sequence, std::string_view body) {
  return static_cast<uint32_t>(XXH3_64bits_withSeed(body.data(), body.size(), static_cast<uint64_t>(sequence)));
}

// Where `earliest` and `latest` are expected, given the row's time and latency.
struct Expected {
  uint64_t earliest;
  uint64_t latest;
};
Expected ExpectedOf(uint64_t time, int64_t latency) {
  const uint64_t end = time + static_cast<uint64_t>(latency);
  return latency < 0 ? Expected{end, time} : Expected{time, end};
}

absl::Status Damaged(Sequence sequence, const char* what) {
  return absl::DataLossError(absl::StrCat("row ", static_cast<uint64_t>(sequence), " of the journal ", what));
}

}  // namespace

void EncodeRow(Sequence sequence, const Row& row, std::string& out) {
  CHECK(row.key.size() <= kRowKeyBytesMax) << "a row's key of " << row.key.size() << " bytes";
  char buffer[kRowBytesMax];
  char* at = buffer;
  *at++ = static_cast<char>(kVersion);
  *at++ = static_cast<char>(row.kind);
  at = WriteFixed64(at, row.fingerprint.high);
  at = WriteFixed64(at, row.fingerprint.low);
  at = WriteVarint(at, static_cast<uint32_t>(row.flow));
  at = WriteVarint(at, static_cast<uint32_t>(row.series));

  const uint64_t time = ToUnixNanos(row.time);
  const int64_t latency = HasLatency(row.kind) ? row.latency.count() : 0;
  at = WriteFixed64(at, time);
  if (HasLatency(row.kind)) at = WriteZigzag(at, latency);
  if (HasRememberUntil(row.kind)) at = WriteZigzag(at, Difference(ToUnixNanos(row.remember_until), time));
  const Expected expected = ExpectedOf(time, latency);
  at = WriteZigzag(at, Difference(ToUnixNanos(row.earliest), expected.earliest));
  at = WriteZigzag(at, Difference(ToUnixNanos(row.latest), expected.latest));
  at = WriteZigzag(at, Difference(ToUnixNanos(row.applied_at), ToUnixNanos(row.latest)));
  if (HasKey(row.kind)) at = std::copy(row.key.begin(), row.key.end(), at);
  at = WriteFixed32(at, Checksum(sequence, std::string_view(buffer, at - buffer)));
  out.append(buffer, at - buffer);
}

absl::StatusOr<Row> DecodeRow(Sequence sequence, std::string_view value) {
  if (value.size() < 2 + kChecksumBytes) return Damaged(sequence, "is cut short");
  // Before the checksum: a newer format may place it elsewhere.
  if (static_cast<uint8_t>(value[0]) != kVersion) return Damaged(sequence, "is damaged or of a newer format");
  const std::string_view body = value.substr(0, value.size() - kChecksumBytes);
  if (ByteReader(value.substr(body.size())).Fixed32() != Checksum(sequence, body)) {
    return Damaged(sequence, "has a wrong checksum: it is damaged or was stored under another sequence");
  }

  ByteReader reader(body.substr(1));
  Row row;
  const uint8_t kind = reader.Byte();
  if (kind < static_cast<uint8_t>(RowKind::kStart) || kind > static_cast<uint8_t>(RowKind::kLate)) {
    return Damaged(sequence, "is of an unknown kind: it is of a newer format");
  }
  row.kind = static_cast<RowKind>(kind);
  row.fingerprint.high = reader.Fixed64();
  row.fingerprint.low = reader.Fixed64();
  const uint64_t flow = reader.Varint();
  const uint64_t series = reader.Varint();
  row.flow = flow::FlowId(static_cast<uint32_t>(flow));
  row.series = flow::SeriesId(static_cast<uint32_t>(series));

  const uint64_t time = reader.Fixed64();
  row.time = FromUnixNanos(time);
  if (HasLatency(row.kind)) row.latency = Duration(reader.Zigzag());
  if (HasRememberUntil(row.kind)) row.remember_until = FromUnixNanos(time + static_cast<uint64_t>(reader.Zigzag()));
  const Expected expected = ExpectedOf(time, row.latency.count());
  row.earliest = FromUnixNanos(expected.earliest + static_cast<uint64_t>(reader.Zigzag()));
  row.latest = FromUnixNanos(expected.latest + static_cast<uint64_t>(reader.Zigzag()));
  row.applied_at = FromUnixNanos(ToUnixNanos(row.latest) + static_cast<uint64_t>(reader.Zigzag()));
  row.key = reader.rest();

  const size_t key_bytes_max = HasKey(row.kind) ? kRowKeyBytesMax : 0;
  if (!reader.ok() || flow > UINT32_MAX || series > UINT32_MAX || row.key.size() > key_bytes_max) {
    return Damaged(sequence, "does not follow the grammar of its kind");
  }
  return row;
}

bool LooksDone(std::string_view value) {
  return value.size() > 1 && static_cast<uint8_t>(value[1]) >= static_cast<uint8_t>(RowKind::kMatched);
}

}  // namespace oneway::journal
