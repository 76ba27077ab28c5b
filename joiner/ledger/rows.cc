// SPDX-License-Identifier: Apache-2.0
//
// The rows of the ledger, frozen by golden bytes. Integers: encoding.h.
//
//   key          := 'D' be64 commit | 'T' be32 flow | 'U' be32 series | 'M' be32 minute be32 flow |
//                   'N' be32 minute be32 series | 'H' be32 hour be32 series | 'K'
//
//   D            := version delta*                    one delta for each shard that counted something
//   delta        := cells base cell{cells}            cells = their number, base = minute of the first
//   cell         := series flow minute tally          minute = zigzag of its difference from base
//   T, M, N, H   := version tally
//   U            := version flow tally
//   K            := version flow_minute series_minute series_hour
//   tally        := counters value* histograms histogram*
//   counters     := bit set of the Counters that are not 0; then each of these, the lowest first
//   histograms   := bit set of the SampleKinds that have samples; then each of these, the lowest first;
//                   a histogram as in common/histogram/encoding.cc
//
// version is one byte; everything else but histograms is a varint.
// The shards' deltas stand one after the other, not merged: a commit holds about as many samples as buckets, so merging
// would save few bytes and cost the committer most of the time it spends on the ledger.
#include "joiner/ledger/rows.h"

#include "absl/strings/str_cat.h"
#include "joiner/ledger/encoding.h"

namespace oneway::ledger {
namespace {

constexpr char kVersion = 1;

absl::Status Broken(const char* what) {
  return absl::DataLossError(absl::StrCat("ledger row: ", what));
}

absl::Status ReadVersion(Reader& reader) {
  const uint8_t version = reader.Byte();
  if (reader.failed()) return Broken("no version");
  if (version == kVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("ledger row of version ", int{version}, "; this program knows ", int{kVersion}));
}

void AppendTally(const Tally& tally, std::string& value) {
  const Counters& counters = tally.counters();
  uint64_t counted = 0;
  for (int i = 0; i < kCounters; ++i) counted |= uint64_t{counters[i] != 0} << i;
  AppendVarint(counted, value);
  for (const uint64_t count : counters) {
    if (count != 0) AppendVarint(count, value);
  }

  uint64_t sampled = 0;
  for (int i = 0; i < kSampleKinds; ++i) sampled |= uint64_t{tally.Find(SampleKind(i)) != nullptr} << i;
  AppendVarint(sampled, value);
  for (int i = 0; i < kSampleKinds; ++i) {
    if (const histogram::Histogram* histogram = tally.Find(SampleKind(i))) histogram->Encode(value);
  }
}

// Adds to `counters`. What is not 0 alone is stored, so a sum that grew by nothing was not, or is beyond 64 bits.
absl::Status ReadCounters(Reader& reader, Counters& counters) {
  const uint64_t counted = reader.Varint();
  if (reader.failed() || counted >> kCounters != 0) return Broken("unknown counters");
  for (int i = 0; i < kCounters; ++i) {
    if ((counted >> i & 1) == 0) continue;
    const uint64_t before = counters[i];
    counters[i] += reader.Varint();
    if (counters[i] <= before) return Broken("a counter is cut off, of 0, or beyond 64 bits");
  }
  return absl::OkStatus();
}

// Adds to `histogram`.
absl::Status ReadHistogram(Reader& reader, histogram::Histogram& histogram) {
  histogram::Histogram read;
  if (absl::Status status = histogram::Histogram::Decode(reader.rest(), read); !status.ok()) return status;
  if (read.empty()) return Broken("a histogram without samples");
  if (read.count() > UINT64_MAX - histogram.count()) return Broken("more than 2^64 - 1 samples");
  histogram.Merge(read);
  return absl::OkStatus();
}

// Adds to `tally`.
absl::Status ReadTally(Reader& reader, Tally& tally) {
  if (absl::Status status = ReadCounters(reader, tally.counters()); !status.ok()) return status;
  const uint64_t sampled = reader.Varint();
  if (reader.failed() || sampled >> kSampleKinds != 0) return Broken("counters cut off, or unknown histograms");
  for (int i = 0; i < kSampleKinds; ++i) {
    if ((sampled >> i & 1) == 0) continue;
    if (absl::Status status = ReadHistogram(reader, tally.Of(SampleKind(i))); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ReadCell(Reader& reader, uint32_t base, Delta& delta) {
  const flow::SeriesId series{reader.Varint32()};
  const flow::FlowId flow{reader.Varint32()};
  const uint64_t difference = reader.Varint();
  if (reader.failed() || difference > uint64_t{UINT32_MAX} * 2) return Broken("cell of a delta");
  const int64_t minute = int64_t{base} + UnZigZag(difference);
  if (minute < 0 || minute > UINT32_MAX) return Broken("minute of a delta");
  return ReadTally(reader, delta.At(flow, series, Minute(minute)));
}

std::string NewKey(RowKind kind) {
  return std::string(1, static_cast<char>(kind));
}

}  // namespace

std::string DeltaKey(journal::CommitNumber number) {
  std::string key = NewKey(RowKind::kDelta);
  AppendBe64(static_cast<uint64_t>(number), key);
  return key;
}

std::string TotalKey(RowKind kind, uint32_t id) {
  std::string key = NewKey(kind);
  AppendBe32(id, key);
  return key;
}

std::string CellKey(RowKind kind, uint32_t span, uint32_t id) {
  std::string key = NewKey(kind);
  AppendBe32(span, key);
  AppendBe32(id, key);
  return key;
}

std::string FirstKeptKey() {
  return NewKey(RowKind::kFirstKept);
}

void AppendDeltaVersion(std::string& value) {
  value.push_back(kVersion);
}

void AppendDelta(const Delta& delta, std::string& value) {
  if (delta.empty()) return;
  const auto base = static_cast<uint32_t>(delta.cells().front().minute);
  AppendVarint(delta.cells().size(), value);
  AppendVarint(base, value);
  for (const Delta::Cell& cell : delta.cells()) {
    AppendVarint(static_cast<uint32_t>(cell.series), value);
    AppendVarint(static_cast<uint32_t>(cell.flow), value);
    AppendVarint(ZigZag(int64_t{static_cast<uint32_t>(cell.minute)} - base), value);
    AppendTally(cell.tally, value);
  }
}

absl::Status DecodeDelta(std::string_view value, Delta& delta) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  while (!reader.AtEnd()) {
    const uint64_t cells = reader.Varint();
    const uint32_t base = reader.Varint32();
    if (reader.failed() || cells == 0) return Broken("head of a delta");
    for (uint64_t i = 0; i < cells; ++i) {
      if (absl::Status status = ReadCell(reader, base, delta); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

std::string EncodeTally(const Tally& tally) {
  std::string value(1, kVersion);
  AppendTally(tally, value);
  return value;
}

absl::Status DecodeTally(std::string_view value, Tally& tally) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  if (absl::Status status = ReadTally(reader, tally); !status.ok()) return status;
  return reader.AtEnd() ? absl::OkStatus() : Broken("more than a tally");
}

std::string EncodeSeriesTotal(flow::FlowId flow, const Tally& tally) {
  std::string value(1, kVersion);
  AppendVarint(static_cast<uint32_t>(flow), value);
  AppendTally(tally, value);
  return value;
}

absl::Status DecodeSeriesTotal(std::string_view value, flow::FlowId& flow, Tally& tally) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  flow = flow::FlowId(reader.Varint32());
  if (absl::Status status = ReadTally(reader, tally); !status.ok()) return status;
  return reader.AtEnd() ? absl::OkStatus() : Broken("more than a series total");
}

std::string EncodeFirstKept(const FirstKept& first_kept) {
  std::string value(1, kVersion);
  AppendVarint(static_cast<uint32_t>(first_kept.flow_minute), value);
  AppendVarint(static_cast<uint32_t>(first_kept.series_minute), value);
  AppendVarint(static_cast<uint32_t>(first_kept.series_hour), value);
  return value;
}

absl::Status DecodeFirstKept(std::string_view value, FirstKept& first_kept) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  first_kept.flow_minute = Minute(reader.Varint32());
  first_kept.series_minute = Minute(reader.Varint32());
  first_kept.series_hour = Hour(reader.Varint32());
  return reader.AtEnd() ? absl::OkStatus() : Broken("first kept");
}

}  // namespace oneway::ledger
