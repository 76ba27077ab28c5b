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
//   value     := version kind fingerprint flow series times rare? remember? parts? earliest latest applied key checksum
//   version   := byte, 1
//   kind      := byte, RowKind; its highest bit: there is `rare`
//   fingerprint := fixed64 high half, fixed64 low half
//   flow, series := varint
//   times     := known time? second?                              kFanout, kEnds, kPart
//              | time latency                                     kMatched, kLate, kEmpty
//              | time second                                      kStuck
//              | time                                             others
//   known     := byte; bit 0: there is a time, bit 1: there is a second one
//   time      := fixed64, Unix nanoseconds
//   second    := zigzag(second_time - time), or of 0 without a time
//   latency   := zigzag nanoseconds
//   rare      := known generation? not_before? completed? deadline?   known: byte; a bit for each, the lowest first
//   generation := varint
//   not_before := zigzag(not_before - time)
//   completed := varint, the series of COMPLETED                  kFanout
//   deadline  := zigzag(deadline - time)                          kExpired, kStuck
//   remember  := zigzag(remember_until - time)                    kExpired, kLate, kStuck
//   parts     := varint                                           kFanout, kEnds, kStuck
//   earliest  := zigzag(earliest - the smallest of time, time + latency and, but for kStuck, second_time)
//   latest    := zigzag(latest - the largest of these), or both of 0 without any time
//   applied   := zigzag(applied_at - latest)
//   key       := the bytes up to the checksum, at most 256; none in DONE rows other than kStuck
//   checksum  := fixed32, low half of XXH3-64 over all before, seeded with the sequence
//
// Differences are taken modulo 2^64, so every time survives. A pair that met in the usual way has earliest and latest
// at its start and end, a zero byte each.
constexpr uint8_t kVersion = 1;
constexpr size_t kChecksumBytes = 4;
static_assert(kRowBytesMax >= 2 + 16 + 2 * kVarintBytesMax + 2 + 8 + 10 * kVarintBytesMax + kRowKeyBytesMax + 4);

constexpr uint8_t kHasRare = 0x80;
constexpr uint8_t kGenerationKnown = 1;
constexpr uint8_t kNotBeforeKnown = 2;
constexpr uint8_t kCompletedSeriesKnown = 4;
constexpr uint8_t kDeadlineKnown = 8;
constexpr uint8_t kTimeKnown = 1;
constexpr uint8_t kSecondKnown = 2;

bool HasLatency(RowKind kind) {
  return kind == RowKind::kMatched || kind == RowKind::kLate || kind == RowKind::kEmpty;
}
bool HasRememberUntil(RowKind kind) {
  return kind == RowKind::kExpired || kind == RowKind::kLate || kind == RowKind::kStuck;
}
bool HasOptionalTimes(RowKind kind) {
  return kind == RowKind::kFanout || kind == RowKind::kPart || kind == RowKind::kEnds;
}
bool HasSecondTime(RowKind kind) {
  return HasOptionalTimes(kind) || kind == RowKind::kStuck;
}
bool HasParts(RowKind kind) {
  return kind == RowKind::kFanout || kind == RowKind::kEnds || kind == RowKind::kStuck;
}
bool HasRare(const Row& row) {
  return row.generation != 0 || row.not_before != kNoTime || row.completed_series.has_value() ||
         row.deadline != kNoTime;
}
bool HasKey(RowKind kind) {
  return !IsDoneKind(kind) || kind == RowKind::kStuck;
}

int64_t Difference(uint64_t to, uint64_t from) {
  return static_cast<int64_t>(to - from);
}
char* WriteSince(char* at, Time time, Time from) {
  return WriteZigzag(at, Difference(ToUnixNanos(time), ToUnixNanos(from)));
}
Time ReadSince(ByteReader& reader, Time from) {
  return FromUnixNanos(ToUnixNanos(from) + static_cast<uint64_t>(reader.Zigzag()));
}

uint32_t Checksum(Sequence sequence, std::string_view body) {
  return static_cast<uint32_t>(XXH3_64bits_withSeed(body.data(), body.size(), static_cast<uint64_t>(sequence)));
}

// Where `earliest` and `latest` are expected, given the row's times.
struct Expected {
  uint64_t earliest;
  uint64_t latest;
};
Expected ExpectedOf(const Row& row) {
  const uint64_t time = ToUnixNanos(row.time);
  if (!HasOptionalTimes(row.kind)) {
    const int64_t latency = row.latency.count();
    const uint64_t end = time + static_cast<uint64_t>(latency);
    return latency < 0 ? Expected{end, time} : Expected{time, end};
  }
  const uint64_t second = ToUnixNanos(row.second_time);
  if (row.time == kNoTime && row.second_time == kNoTime) return {0, 0};
  if (row.time == kNoTime) return {second, second};
  if (row.second_time == kNoTime) return {time, time};
  return {std::min(time, second), std::max(time, second)};
}

char* WriteTimes(char* at, const Row& row) {
  const bool has_time = !HasOptionalTimes(row.kind) || row.time != kNoTime;
  const bool has_second = HasSecondTime(row.kind) && (row.kind == RowKind::kStuck || row.second_time != kNoTime);
  if (HasOptionalTimes(row.kind))
    *at++ = static_cast<char>((has_time ? kTimeKnown : 0) | (has_second ? kSecondKnown : 0));
  const uint64_t time = has_time ? ToUnixNanos(row.time) : 0;
  if (has_time) at = WriteFixed64(at, time);
  if (has_second) at = WriteZigzag(at, Difference(ToUnixNanos(row.second_time), time));
  if (HasLatency(row.kind)) at = WriteZigzag(at, row.latency.count());
  return at;
}

void ReadTimes(ByteReader& reader, Row& row) {
  const uint8_t known = HasOptionalTimes(row.kind) ? reader.Byte()
                        : HasSecondTime(row.kind)  ? kTimeKnown | kSecondKnown
                                                   : kTimeKnown;
  const uint64_t time = (known & kTimeKnown) != 0 ? reader.Fixed64() : 0;
  row.time = (known & kTimeKnown) != 0 ? FromUnixNanos(time) : kNoTime;
  if ((known & kSecondKnown) != 0) row.second_time = FromUnixNanos(time + static_cast<uint64_t>(reader.Zigzag()));
  if (HasLatency(row.kind)) row.latency = Duration(reader.Zigzag());
}

char* WriteRare(char* at, const Row& row) {
  *at++ = static_cast<char>(
      (row.generation != 0 ? kGenerationKnown : 0) | (row.not_before != kNoTime ? kNotBeforeKnown : 0) |
      (row.completed_series ? kCompletedSeriesKnown : 0) | (row.deadline != kNoTime ? kDeadlineKnown : 0));
  if (row.generation != 0) at = WriteVarint(at, row.generation);
  if (row.not_before != kNoTime) at = WriteSince(at, row.not_before, row.time);
  if (row.completed_series) at = WriteVarint(at, static_cast<uint32_t>(*row.completed_series));
  if (row.deadline != kNoTime) at = WriteSince(at, row.deadline, row.time);
  return at;
}

// False: it does not follow the grammar.
bool ReadRare(ByteReader& reader, Row& row) {
  const uint8_t known = reader.Byte();
  if ((known & ~(kGenerationKnown | kNotBeforeKnown | kCompletedSeriesKnown | kDeadlineKnown)) != 0) return false;
  if ((known & kGenerationKnown) != 0) row.generation = reader.Varint();
  if ((known & kNotBeforeKnown) != 0) row.not_before = ReadSince(reader, row.time);
  const bool says_series = (known & kCompletedSeriesKnown) != 0;
  const uint64_t series = says_series ? reader.Varint() : 0;
  if (says_series) row.completed_series = flow::SeriesId(static_cast<uint32_t>(series));
  if ((known & kDeadlineKnown) != 0) row.deadline = ReadSince(reader, row.time);
  return series <= UINT32_MAX;
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
  *at++ = static_cast<char>(static_cast<uint8_t>(row.kind) | (HasRare(row) ? kHasRare : 0));
  at = WriteFixed64(at, row.fingerprint.high);
  at = WriteFixed64(at, row.fingerprint.low);
  at = WriteVarint(at, static_cast<uint32_t>(row.flow));
  at = WriteVarint(at, static_cast<uint32_t>(row.series));

  at = WriteTimes(at, row);
  if (HasRare(row)) at = WriteRare(at, row);
  if (HasRememberUntil(row.kind)) {
    at = WriteSince(at, row.remember_until, row.time);
  }
  if (HasParts(row.kind)) at = WriteVarint(at, row.parts);
  const Expected expected = ExpectedOf(row);
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
  const uint8_t kind_byte = reader.Byte();
  const uint8_t kind = kind_byte & ~kHasRare;
  if (kind < static_cast<uint8_t>(RowKind::kStart) || kind > static_cast<uint8_t>(RowKind::kStage)) {
    return Damaged(sequence, "is of an unknown kind: it is of a newer format");
  }
  row.kind = static_cast<RowKind>(kind);
  row.fingerprint.high = reader.Fixed64();
  row.fingerprint.low = reader.Fixed64();
  const uint64_t flow = reader.Varint();
  const uint64_t series = reader.Varint();
  row.flow = flow::FlowId(static_cast<uint32_t>(flow));
  row.series = flow::SeriesId(static_cast<uint32_t>(series));

  ReadTimes(reader, row);
  const bool rare_is_sound = (kind_byte & kHasRare) == 0 || ReadRare(reader, row);
  if (HasRememberUntil(row.kind)) row.remember_until = ReadSince(reader, row.time);
  const uint64_t parts = HasParts(row.kind) ? reader.Varint() : 0;
  row.parts = static_cast<uint32_t>(parts);
  const Expected expected = ExpectedOf(row);
  row.earliest = FromUnixNanos(expected.earliest + static_cast<uint64_t>(reader.Zigzag()));
  row.latest = FromUnixNanos(expected.latest + static_cast<uint64_t>(reader.Zigzag()));
  row.applied_at = FromUnixNanos(ToUnixNanos(row.latest) + static_cast<uint64_t>(reader.Zigzag()));
  row.key = reader.rest();

  const size_t key_bytes_max = HasKey(row.kind) ? kRowKeyBytesMax : 0;
  if (!reader.ok() || !rare_is_sound || flow > UINT32_MAX || series > UINT32_MAX || parts > UINT32_MAX ||
      row.key.size() > key_bytes_max) {
    return Damaged(sequence, "does not follow the grammar of its kind");
  }
  return row;
}

bool LooksDone(std::string_view value) {
  return value.size() > 1 && IsDoneKind(RowKind(static_cast<uint8_t>(value[1]) & ~kHasRare));
}

}  // namespace oneway::journal
