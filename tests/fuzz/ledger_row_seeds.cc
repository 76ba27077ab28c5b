// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/dictionary_rows.h"
#include "joiner/ledger/rows.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using namespace std::chrono_literals;
using ledger::Counter;
using ledger::RowKind;
using ledger::SampleKind;

constexpr Time kStarted{1'772'373'600s};
constexpr flow::FlowId kFlow{1};
constexpr flow::SeriesId kSeries{300};

// Something in every counter and histogram.
ledger::Tally FullTally() {
  ledger::Tally tally;
  for (int i = 0; i < ledger::kCounters; ++i) {
    for (int times = 0; times <= i * 20; ++times) tally.Add(Counter(i));
  }
  for (int i = 0; i < ledger::kSampleKinds; ++i) {
    tally.Record(SampleKind(i), i * 1ms);
    tally.Record(SampleKind(i), i * 1s + 1ns);
  }
  return tally;
}

ledger::Tally SmallTally() {
  ledger::Tally tally;
  tally.Add(Counter::kMatched);
  tally.Record(SampleKind::kWithin, 250ms);
  return tally;
}

ledger::Delta DeltaOf(flow::SeriesId series, Duration latency) {
  ledger::Delta delta;
  delta.Add({.counter = Counter::kStarted, .series = series, .flow = kFlow, .at = kStarted});
  delta.Add({.counter = Counter::kMatched,
             .series = series,
             .flow = kFlow,
             .at = kStarted + latency,
             .latency = latency,
             .started_at = kStarted});
  delta.Add({.counter = Counter::kExpired, .series = series, .flow = flow::FlowId(2), .at = kStarted - 1h});
  return delta;
}

std::string DeltaRow(const std::vector<ledger::Delta>& deltas) {
  std::string value;
  ledger::AppendDeltaVersion(value);
  for (const ledger::Delta& delta : deltas) AppendDelta(delta, value);
  return value;
}

}  // namespace

std::vector<Seed> Seeds() {
  const auto number = static_cast<uint32_t>(ledger::MinuteOf(kStarted));
  const std::string delta_key = ledger::DeltaKey(journal::CommitNumber(77));
  std::vector<ledger::Delta> one;
  one.push_back(DeltaOf(kSeries, 3s));
  std::vector<ledger::Delta> two;
  two.push_back(DeltaOf(kSeries, 90s));
  two.push_back(DeltaOf(flow::SeriesId(0), 0s));
  const ledger::FlowRow flow{.name = "push", .retry_window = 5min, .horizon_floor = kStarted};
  return {
      {"delta", delta_key + DeltaRow(one)},
      {"delta-of-two-shards", delta_key + DeltaRow(two)},
      {"flow-total", TotalKey(RowKind::kFlowTotal, 1) + EncodeTally(FullTally())},
      {"flow-total-empty", TotalKey(RowKind::kFlowTotal, 1) + ledger::EncodeTally({})},
      {"series-total", TotalKey(RowKind::kSeriesTotal, 300) + EncodeSeriesTotal(kFlow, SmallTally())},
      {"flow-minute", CellKey(RowKind::kFlowMinute, number, 1) + EncodeTally(SmallTally())},
      {"series-minute", CellKey(RowKind::kSeriesMinute, number, 300) + EncodeTally(FullTally())},
      {"series-hour", CellKey(RowKind::kSeriesHour, number / 60, 300) + EncodeTally(SmallTally())},
      {"first-kept", ledger::FirstKeptKey() + ledger::EncodeFirstKept({.flow_minute = ledger::Minute(number),
                                                                       .series_minute = ledger::Minute(number + 60),
                                                                       .series_hour = ledger::Hour(number / 60)})},
      {"flow", ledger::DictionaryKey(ledger::kFlowRow, 1) + EncodeFlow(flow)},
      {"series", ledger::DictionaryKey(ledger::kSeriesRow, 300) +
                     ledger::EncodeSeries(kFlow, {{"app", "mail"}, {"region", "eu"}})},
      {"carried", ledger::DictionaryKey(ledger::kCarriedRow, 301) + ledger::EncodeSeries(kFlow, {{"app", "mail"}})},
      {"series-without-labels", ledger::DictionaryKey(ledger::kSeriesRow, 0) + ledger::EncodeSeries(kFlow, {})},
  };
}

}  // namespace oneway::fuzz
