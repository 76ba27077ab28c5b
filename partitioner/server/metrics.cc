// SPDX-License-Identifier: Apache-2.0
#include "partitioner/server/metrics.h"

#include <algorithm>
#include <array>

namespace oneway::partitioner::server {
namespace {

using forward::Forwarder;
using observe::Exposition;
using observe::MetricType;

// By event::Status.
constexpr std::array<const char*, ingest::IngestFigures::kStatuses> kStatusNames = {"ok", "duplicate", "invalid",
                                                                                    "too_late", "retry_after"};
// By event::InvalidReason.
constexpr std::array<const char*, ingest::IngestFigures::kReasons> kReasonNames = {
    "unknown",          "key_length",   "flow_name",      "labels",           "id_length",     "time_ahead",
    "not_before_ahead", "unknown_kind", "unknown_series", "unsupported_kind", "too_many_parts"};

// One family with a sample for each joiner.
template <typename ValueOf>
void ForEachJoiner(const std::vector<Forwarder::JoinerView>& joiners, ValueOf value_of, Exposition& exposition) {
  for (const Forwarder::JoinerView& view : joiners) exposition.Sample({{"joiner", view.joiner}}, value_of(view));
}

void WriteSent(const std::vector<Forwarder::JoinerView>& joiners, Exposition& out) {
  out.Family("oneway_forward_events_total", MetricType::kCounter,
             "Events sent to a joiner, those sent again included.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.events_sent.load(); }, out);
  out.Family("oneway_forward_resent_events_total", MetricType::kCounter,
             "Events that had to be sent again because a stream broke.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.events_resent.load(); }, out);
  out.Family(
      "oneway_forward_refused_events_total", MetricType::kCounter,
      "Events answered RETRY_AFTER at once: the joiner's share of the buffer was full, or others waited for long.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.events_refused.load(); }, out);
  out.Family("oneway_forward_put_off_events_total", MetricType::kCounter,
             "Events answered RETRY_AFTER while they waited, because the joiner settled nothing.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.events_put_off.load(); }, out);
  out.Family("oneway_forward_settled_events_total", MetricType::kCounter, "Events whose outcome a joiner told.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.events_settled.load(); }, out);
  out.Family("oneway_forward_frames_total", MetricType::kCounter, "Frames sent to a joiner.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.frames_sent.load(); }, out);
  out.Family("oneway_forward_bytes_total", MetricType::kCounter, "Bytes of the frames sent to a joiner.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.bytes_sent.load(); }, out);
}

void WriteConnections(const std::vector<Forwarder::JoinerView>& joiners, Exposition& out) {
  out.Family("oneway_forward_connects_total", MetricType::kCounter, "Handshakes with a joiner that succeeded.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.connects.load(); }, out);
  out.Family("oneway_forward_breaks_total", MetricType::kCounter, "Connections to a joiner that were lost.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.breaks.load(); }, out);
  out.Family("oneway_forward_connected_lanes", MetricType::kGauge, "Open streams to a joiner: one a shard, or none.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.connected_lanes; }, out);
}

// 0 before the first frame.
double AgeSeconds(uint64_t unix_nanos, Time now) {
  if (unix_nanos == 0) return 0;
  return std::max(0.0, std::chrono::duration<double>(now - FromUnixNanos(unix_nanos)).count());
}

}  // namespace

void WriteIngestMetrics(const ingest::IngestFigures& figures, Exposition& out) {
  out.Family("oneway_ingest_events_total", MetricType::kCounter, "Events answered to clients, by status.");
  for (size_t i = 0; i < kStatusNames.size(); ++i) out.Sample({{"status", kStatusNames[i]}}, figures.events[i].load());
  out.Family("oneway_ingest_invalid_events_total", MetricType::kCounter, "Events answered INVALID, by reason.");
  for (size_t i = 0; i < kReasonNames.size(); ++i) {
    out.Sample({{"reason", kReasonNames[i]}}, figures.invalid_events[i].load());
  }
  out.Family("oneway_ingest_batches_total", MetricType::kCounter, "Batches taken from clients.");
  out.Sample({}, figures.batches.load());
  out.Family("oneway_ingest_refused_batches_total", MetricType::kCounter,
             "Batches that broke a bound and ended their call with INVALID_ARGUMENT.");
  out.Sample({}, figures.batches_refused.load());
  out.Family("oneway_ingest_streams", MetricType::kGauge, "Calls of clients in progress.");
  out.Sample({}, figures.streams.load());
  out.Family("oneway_ingest_refused_streams_total", MetricType::kCounter,
             "Calls of clients refused because there were as many as allowed.");
  out.Sample({}, figures.streams_refused.load());
}

void WriteSeriesMetrics(const route::SeriesTable& series, Exposition& out) {
  out.Family("oneway_partitioner_series", MetricType::kGauge,
             "Different series (flow and labels) that are remembered.");
  out.Sample({}, series.size());
  out.Family("oneway_partitioner_series_bytes", MetricType::kGauge, "Memory of these.");
  out.Sample({}, series.memory_bytes());
  out.Family("oneway_partitioner_series_forgotten_total", MetricType::kCounter,
             "Series that made room for others: there are more different ones than are remembered.");
  out.Sample({}, series.forgotten());
}

void WriteForwardMetrics(const std::vector<Forwarder::JoinerView>& joiners, Time now, Exposition& out) {
  WriteSent(joiners, out);
  WriteConnections(joiners, out);
  out.Family("oneway_forward_unsettled_events", MetricType::kGauge, "Events that wait for a joiner's word.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.unsettled_events; }, out);
  out.Family("oneway_forward_unsettled_bytes", MetricType::kGauge, "What these take of the buffer.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.unsettled_bytes; }, out);
  out.Family("oneway_forward_settle_seconds", MetricType::kHistogram,
             "From an event's arrival to its outcome being known, by joiner.");
  ForEachJoiner(
      joiners, [](const auto& view) { return view.figures.settle_latency(); }, out);
  out.Family("oneway_forward_low_mark_age_seconds", MetricType::kGauge,
             "How far the last low mark sent to a joiner lies behind now.");
  ForEachJoiner(
      joiners, [now](const auto& view) { return AgeSeconds(view.figures.low_mark_unix_nanos.load(), now); }, out);
}

}  // namespace oneway::partitioner::server
