// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_stats.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/observe/utf8.h"
#include "common/query/histogram_proto.h"
#include "common/query/window.h"
#include "joiner/ingest/mark_proto.h"
#include "joiner/report/bound_series.h"
#include "joiner/report/figures_proto.h"
#include "joiner/report/open_ages.h"
#include "joiner/report/open_key_walk.h"
#include "joiner/report/slices.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

using Flows = std::vector<std::pair<flow::FlowId, std::string>>;

// What a question comes down to here. A value: it outlives the asker.
struct Question {
  v1::StatsRequest request;
  query::Window window;
  Flows flows;
  OpenAges ages;

  ledger::Figures FiguresOf(const ledger::Ledger& ledger, flow::FlowId flow) const {
    return request.window_seconds() == 0 ? ledger.TotalOf(flow) : ledger.WindowOf(flow, window.from, window.until);
  }
  std::vector<std::pair<flow::SeriesId, ledger::Figures>> SeriesFiguresOf(const ledger::Ledger& ledger,
                                                                          flow::FlowId flow) const {
    return request.window_seconds() == 0 ? ledger.SeriesTotalsOf(flow)
                                         : ledger.SeriesWindowsOf(flow, window.from, window.until);
  }
};

Flows FlowsOf(const ledger::Dictionary& dictionary, const std::string& wanted) {
  Flows flows = dictionary.Flows();
  if (!wanted.empty()) std::erase_if(flows, [&](const auto& flow) { return flow.second != wanted; });
  return flows;
}

bool WalksKeys(const v1::StatsRequest& request) {
  return request.with_open_ages() || request.by() == v1::BY_START;
}

void FillStage(const ledger::Figures& figures, const std::string& stage, v1::LocalFlowStats& stats) {
  const uint64_t passed = Get(figures.counters, ledger::Counter::kStage);
  if (passed == 0) return;
  v1::StageStats& told = *stats.add_stages();
  told.set_stage(observe::ToUtf8(stage));
  told.set_count(passed);
  *told.mutable_latency() = query::ToProto(figures.stage);
}

bool CountsSomething(const v1::FlowCounters& counters) {
  return counters.ByteSizeLong() > 0;
}

void FillSeries(const Question& question, const ledger::Figures& figures, flow::SeriesId series,
                const ledger::Labels& labels, v1::LocalFlowStats& stats) {
  v1::LocalSeriesStats told;
  Fill(figures, question.request.by(), *told.mutable_counters(), *told.mutable_latency());
  told.set_cohort_open(question.ages.CohortOf(series));
  if (!CountsSomething(told.counters()) && told.cohort_open() == 0) return;
  FillLabels(labels, *told.mutable_labels());
  *stats.add_series() = std::move(told);
}

// Stages are series of their own, but for those that overflow, which are in that of the flow.
void FillSeriesAndStages(const Question& question, const ledger::Dictionary& dictionary, const ledger::Ledger& ledger,
                         flow::FlowId flow, v1::LocalFlowStats& stats) {
  const std::optional<flow::SeriesId> overflow = dictionary.FindOverflow(flow);
  for (const auto& [series, figures] : question.SeriesFiguresOf(ledger, flow)) {
    const std::optional<std::string> stage = dictionary.StageOf(series);
    const bool is_ordinary = !stage || series == overflow;
    if (!stage && !question.request.with_series()) continue;
    if (stage && question.request.by() == v1::BY_END) FillStage(figures, *stage, stats);
    if (is_ordinary && question.request.with_series()) {
      FillSeries(question, figures, series, dictionary.NameOf(series).labels, stats);
    }
  }
}

void FillOpen(const Question& question, const shard::DurableView& view, flow::FlowId flow, v1::LocalFlowStats& stats) {
  if (WalksKeys(question.request)) {
    const OpenAges::OfFlow ages = question.ages.Of(flow);
    if (question.request.with_open_ages()) *stats.mutable_open_ages() = query::ToProto(ages.all);
    if (question.request.by() == v1::BY_START) *stats.mutable_cohort_open() = query::ToProto(ages.cohort);
  }
  const auto index = static_cast<size_t>(flow);
  if (index >= view.flows.size()) return;
  const join::FlowFigures& open = view.flows[index];
  stats.set_open(open.open);
  stats.set_early_waiting(open.early_waiting);
  if (open.oldest_open) stats.set_oldest_open_unix_nanos(ToUnixNanos(*open.oldest_open));
}

v1::LocalFlowStats StatsOf(const Question& question, const ledger::Dictionary& dictionary,
                           const shard::Inspection& inspection, flow::FlowId flow, const std::string& name) {
  v1::LocalFlowStats stats;
  const ledger::Figures figures = question.FiguresOf(inspection.ledger, flow);
  stats.set_flow(name);
  Fill(figures, question.request.by(), *stats.mutable_counters(), *stats.mutable_latency());
  // These are known by their own times alone. Most flows have no stages, and cost nothing more.
  const bool by_end = question.request.by() == v1::BY_END;
  const bool has_stages = by_end && Get(figures.counters, ledger::Counter::kStage) > 0;
  if (by_end) *stats.mutable_completion() = query::ToProto(figures.completion);
  if (question.request.with_series() || has_stages) {
    FillSeriesAndStages(question, dictionary, inspection.ledger, flow, stats);
  }
  FillOpen(question, inspection.view, flow, stats);
  return stats;
}

// None: no answer in time.
std::optional<OpenAges> AgesFor(const LocalQueryParts& parts, const v1::StatsRequest& request,
                                const query::Window& window, Time now) {
  OpenAges::Options options{.now = now, .of_all = request.with_open_ages()};
  if (!request.flow().empty()) options.flow = FindFlow(parts.dictionary, request.flow());
  if (request.by() == v1::BY_START) options.cohort = window;
  OpenAges ages(options);
  if (!WalksKeys(request) || (!request.flow().empty() && !options.flow)) return ages;
  const std::optional<std::vector<OpenAges>> shards = WalkOpenKeys(parts, ages);
  if (!shards) return std::nullopt;
  for (const OpenAges& shard : *shards) ages.Merge(shard);
  return ages;
}

}  // namespace

grpc::Status AnswerStats(const LocalQueryParts& parts, const v1::StatsRequest& request, v1::LocalStatsReply& reply) {
  const Time now = parts.clock.Wall();
  const query::Window window = query::WindowOf(request.window_seconds(), request.until_unix_nanos(), now);
  std::optional<OpenAges> ages = AgesFor(parts, request, window, now);
  if (!ages) return TooBusy();
  const auto question = std::make_shared<const Question>(Question{.request = request,
                                                                  .window = window,
                                                                  .flows = FlowsOf(parts.dictionary, request.flow()),
                                                                  .ages = *std::move(ages)});
  const auto answer = InspectInSlices<v1::LocalFlowStats>(
      parts, question->flows.size(),
      [&dictionary = parts.dictionary, question](const shard::Inspection& inspection, size_t i) {
        const auto& [flow, name] = question->flows[i];
        return StatsOf(*question, dictionary, inspection, flow, name);
      });
  if (!answer) return TooBusy();
  reply.set_joiner(parts.joiner);
  ingest::Fill(answer->mark, *reply.mutable_mark());
  for (const v1::LocalFlowStats& stats : answer->items) {
    v1::LocalFlowStats& told = *reply.add_flows();
    told = stats;
    BoundSeries(kSeriesBytesMax / answer->items.size(), told);
  }
  return grpc::Status::OK;
}

}  // namespace oneway::report
