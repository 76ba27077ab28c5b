// SPDX-License-Identifier: Apache-2.0
//
// Rows of the ledger and its dictionary. Input: the row's key, whose first byte says its kind and so its length, then
// the value.
#include <glog/logging.h>

#include <string>

#include "joiner/ledger/dictionary_rows.h"
#include "joiner/ledger/encoding.h"
#include "joiner/ledger/ledger.h"
#include "joiner/ledger/rows.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using ledger::Delta;
using ledger::Figures;
using ledger::RowKind;
using ledger::Tally;

// What a decoder made of a value, and the bytes that the encoder makes of that.
struct Decoded {
  absl::Status status;
  std::string again;
};

size_t KeyBytes(char kind) {
  switch (static_cast<RowKind>(kind)) {
    case RowKind::kDelta:
    case RowKind::kFlowMinute:
    case RowKind::kSeriesMinute:
    case RowKind::kSeriesHour:
      return 9;
    case RowKind::kFirstKept:
      return 1;
    default:
      return 5;
  }
}

void CheckStatus(const absl::Status& status) {
  if (status.ok()) return;
  CHECK(absl::IsDataLoss(status) || absl::IsFailedPrecondition(status)) << status;
  CHECK(!status.message().empty());
}

Figures FiguresOf(const Tally& tally) {
  Figures figures;
  tally.AddTo(figures);
  return figures;
}

// The samples of one kind, if there are any, make sense by themselves.
void CheckSamples(const Tally& tally) {
  for (int kind = 0; kind < ledger::kSampleKinds; ++kind) {
    const histogram::Histogram* samples = tally.Find(ledger::SampleKind(kind));
    if (samples != nullptr) CHECK(samples->Validate().ok()) << samples->Validate();
  }
}

Decoded DecodeDictionaryRow(char kind, std::string_view value) {
  if (kind == ledger::kFlowRow) {
    ledger::FlowRow row;
    const absl::Status status = DecodeFlow(value, row);
    return {status, status.ok() ? EncodeFlow(row) : ""};
  }
  ledger::SeriesRow row;
  const absl::Status status = DecodeSeries(value, row);
  return {status, status.ok() ? ledger::EncodeSeries(row.flow, row.labels) : ""};
}

Decoded DecodeTallyRow(RowKind kind, std::string_view value, flow::FlowId& flow, Tally& tally) {
  if (kind == RowKind::kSeriesTotal) {
    const absl::Status status = DecodeSeriesTotal(value, flow, tally);
    return {status, status.ok() ? EncodeSeriesTotal(flow, tally) : ""};
  }
  const absl::Status status = DecodeTally(value, tally);
  return {status, status.ok() ? EncodeTally(tally) : ""};
}

Decoded DecodeFirstKeptRow(std::string_view value) {
  ledger::FirstKept first_kept;
  const absl::Status status = DecodeFirstKept(value, first_kept);
  return {status, status.ok() ? EncodeFirstKept(first_kept) : ""};
}

std::string EncodeDelta(const Delta& delta) {
  std::string value;
  ledger::AppendDeltaVersion(value);
  AppendDelta(delta, value);
  return value;
}

// A row holds the deltas of several shards and reads as their sum, so its bytes may become others, once.
void CheckDelta(const Delta& delta) {
  for (const Delta::Cell& cell : delta.cells()) CheckSamples(cell.tally);
  const std::string once = EncodeDelta(delta);
  Delta again;
  const absl::Status status = ledger::DecodeDelta(once, again);
  CHECK(status.ok()) << status;
  CHECK(EncodeDelta(again) == once);
}

// Flow by flow and all together, the ledger tells what the cells of the delta hold.
void CheckSumOf(const Delta& delta, const ledger::Ledger& ledger) {
  ledger::Counters by_cells{};
  ledger::Counters by_flows{};
  std::vector<flow::FlowId> flows;
  for (const Delta::Cell& cell : delta.cells()) {
    for (size_t i = 0; i < by_cells.size(); ++i) by_cells[i] += cell.tally.counters()[i];
    if (std::find(flows.begin(), flows.end(), cell.flow) == flows.end()) flows.push_back(cell.flow);
  }
  for (const flow::FlowId flow : flows) {
    const Figures figures = ledger.TotalOf(flow);
    for (size_t i = 0; i < by_flows.size(); ++i) by_flows[i] += figures.counters[i];
  }
  CHECK(by_flows == by_cells);
}

// What the decoders take the ledger takes too, and tells its figures.
void RestoreInto(ledger::Ledger& ledger, std::string_view key, std::string_view value) {
  const absl::Status status = ledger.Restore(key, value);
  CHECK(status.ok()) << status;
  ledger.FinishRestore();
}

bool TryDelta(std::string_view key, std::string_view value) {
  Delta delta;
  const absl::Status status = ledger::DecodeDelta(value, delta);
  CheckStatus(status);
  if (!status.ok()) return false;
  CheckDelta(delta);
  ledger::Ledger ledger({});
  RestoreInto(ledger, key, value);
  CheckSumOf(delta, ledger);
  return true;
}

bool TryTally(RowKind kind, std::string_view key, std::string_view value) {
  flow::FlowId flow{};
  Tally tally;
  const Decoded decoded =
      kind == RowKind::kFirstKept ? DecodeFirstKeptRow(value) : DecodeTallyRow(kind, value, flow, tally);
  CheckStatus(decoded.status);
  if (!decoded.status.ok()) return false;
  CHECK(decoded.again == value) << "another form of the same row was taken";
  CheckSamples(tally);
  ledger::Ledger ledger({});
  RestoreInto(ledger, key, value);
  const uint32_t id = key.size() > 1 ? ledger::Reader(key.substr(1)).Be32() : 0;
  if (kind == RowKind::kFlowTotal) CHECK(ledger.TotalOf(flow::FlowId(id)) == FiguresOf(tally));
  if (kind == RowKind::kSeriesTotal) CHECK(ledger.TotalOf(flow::SeriesId(id)) == FiguresOf(tally));
  if (kind == RowKind::kSeriesTotal) CHECK(ledger.SeriesOf(flow) == std::vector<flow::SeriesId>{flow::SeriesId(id)});
  return true;
}

bool TryDictionary(char kind, std::string_view value) {
  const Decoded decoded = DecodeDictionaryRow(kind, value);
  CheckStatus(decoded.status);
  if (!decoded.status.ok()) return false;
  CHECK(decoded.again == value) << "another form of the same row was taken";
  return true;
}

// A row of a newer program. The ledger is still empty for the next one.
bool RefuseUnknown(std::string_view key, std::string_view value) {
  static ledger::Ledger ledger({});
  const absl::Status status = ledger.Restore(key, value);
  CHECK(absl::IsFailedPrecondition(status)) << status;
  return false;
}

}  // namespace

bool Try(std::string_view input) {
  if (input.empty() || input.size() < KeyBytes(input.front())) return false;
  const std::string_view key = input.substr(0, KeyBytes(input.front()));
  const std::string_view value = input.substr(key.size());
  switch (key.front()) {
    case 'D':
      return TryDelta(key, value);
    case 'T':
    case 'U':
    case 'M':
    case 'N':
    case 'H':
    case 'K':
      return TryTally(static_cast<RowKind>(key.front()), key, value);
    case ledger::kFlowRow:
    case ledger::kSeriesRow:
    case ledger::kCarriedRow:
      return TryDictionary(key.front(), value);
    default:
      return RefuseUnknown(key, value);
  }
}

}  // namespace oneway::fuzz
