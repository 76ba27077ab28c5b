// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/load_run.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "tests/bench/load/check_counts.h"
#include "tests/bench/load/visibility_probe.h"

namespace oneway::bench {
namespace {

// As the SDK's batch_delay.
constexpr Duration kTick = std::chrono::milliseconds(2);
// Flows that begin between two looks at the clock where nothing paces them.
constexpr int kFlowsAtOnce = 64;

Time Now() {
  return std::chrono::system_clock::now();
}

// Starts, ends and repetitions.
double EventsPerFlow(const WorkloadOptions& options) {
  return 2 - options.never_ends + options.sent_twice;
}

Duration FlowInterval(const LoadOptions& options) {
  if (options.events_per_second == 0) return {};
  return Duration(
      static_cast<int64_t>(1e9 * EventsPerFlow(options.workload) / static_cast<double>(options.events_per_second)));
}

void Tell(const char* word) {
  std::puts(word);
  std::fflush(stdout);
}

double Millis(Duration duration) {
  return static_cast<double>(duration.count()) * 1e-6;
}

void AddLatencies(const char* name, const histogram::Histogram& latencies, Findings& findings) {
  findings.Add(std::string(name) + "_p50_ms", Millis(latencies.Quantile(0.5)));
  findings.Add(std::string(name) + "_p99_ms", Millis(latencies.Quantile(0.99)));
  findings.Add(std::string(name) + "_max_ms", Millis(latencies.max()));
  findings.Add(std::string(name) + "_samples", static_cast<double>(latencies.count()));
}

}  // namespace

LoadRun::LoadRun(const LoadOptions& options)
    : options_(options),
      planner_(options.workload),
      began_at_(Now()),
      flow_interval_(FlowInterval(options)),
      timeline_(planner_, began_at_) {
  for (uint32_t i = 0; i < options.streams; ++i) {
    const std::string& target = options.targets[i % options.targets.size()];
    streams_.push_back(std::make_unique<BatchStream>(target, planner_, options.stream));
  }
}

Findings LoadRun::Run() {
  return options_.flows == 0 ? RunForTime() : RunPlanned();
}

Findings LoadRun::RunForTime() {
  SendUntil(began_at_ + options_.warm_up);
  std::optional<VisibilityProbe> probe;
  if (options_.probe) probe.emplace(options_.targets.front());
  for (const auto& stream : streams_) stream->ForgetLatencies();
  Stopwatch stopwatch;
  Tell("measuring");
  stopwatch.Begin();
  const uint64_t answered_before = Answered().events;
  SendUntil(began_at_ + options_.warm_up + options_.measured);
  const BatchStream::Answered answered = Answered();
  stopwatch.End();
  Tell("measured");
  Findings findings;
  if (probe) AddLatencies("visible", probe->Stop(), findings);
  SendRest();

  const BatchStream::Answered all = Answered();
  CheckAnswers(all, timeline_.expected());
  findings.Add(stopwatch);
  findings.Add("events", static_cast<double>(answered.events - answered_before));
  findings.Add("events_in_all", static_cast<double>(all.events));
  findings.Add("flows_in_all", static_cast<double>(flows_));
  AddLatencies("ack", answered.latencies, findings);
  return findings;
}

Findings LoadRun::RunPlanned() {
  const PlannedLoad load = PlanLoad(planner_, options_.flows, options_.flows_per_second);
  Stopwatch stopwatch;
  Tell("measuring");
  stopwatch.Begin();
  for (const PlannedEvent& event : load.events) streams_[event.flow % streams_.size()]->Add(event);
  Finish();
  stopwatch.End();
  Tell("measured");
  CheckAnswers(Answered(), load.expected);
  Findings findings;
  findings.Add(stopwatch);
  findings.Add("events", static_cast<double>(load.events.size()));
  findings.Add("flows", static_cast<double>(load.expected.started));
  return findings;
}

void LoadRun::Finish() {
  for (const auto& stream : streams_) stream->Flush();
  for (const auto& stream : streams_) CHECK(stream->Finish()) << "a stream ended early: the run is void";
}

void LoadRun::CheckAnswers(const BatchStream::Answered& all, const ExpectedCounts& expected) const {
  CHECK_EQ(all.refused, 0u) << "events were refused: the run is void";
  CHECK_EQ(all.events, expected.events);
  if (options_.check) CheckCounts(options_.targets.front(), expected);
}

void LoadRun::SendUntil(Time until) {
  for (Time now = Now(); now < until; now = Now()) {
    SendDue(now);
    BeginFlows(now);
    WaitALittle(now);
  }
}

void LoadRun::SendDue(Time now) {
  due_.clear();
  timeline_.TakeDue(now, due_);
  for (const PlannedEvent& event : due_) streams_[event.flow % streams_.size()]->Add(event);
}

void LoadRun::BeginFlows(Time now) {
  due_.clear();
  if (flow_interval_ == Duration::zero()) {
    for (int i = 0; i < kFlowsAtOnce; ++i) timeline_.Begin(flows_++, now, due_);
  } else {
    const auto due = static_cast<uint64_t>((now - began_at_) / flow_interval_);
    for (; flows_ <= due; ++flows_) {
      timeline_.Begin(flows_, began_at_ + flow_interval_ * static_cast<int64_t>(flows_), due_);
    }
  }
  for (const PlannedEvent& event : due_) streams_[event.flow % streams_.size()]->Add(event);
}

// Unpaced, full batches and a full window do the waiting.
void LoadRun::WaitALittle(Time now) {
  if (flow_interval_ == Duration::zero()) return;
  for (const auto& stream : streams_) stream->Flush();
  const auto left = std::max(Duration::zero(), kTick - (Now() - now));
  const sync::MutexLock lock(pause_mutex_);
  pause_.WaitUntil(pause_mutex_, std::chrono::steady_clock::now() + left);
}

void LoadRun::SendRest() {
  while (timeline_.waiting() > 0) {
    SendDue(Now());
    for (const auto& stream : streams_) stream->Flush();
    const sync::MutexLock lock(pause_mutex_);
    pause_.WaitUntil(pause_mutex_, std::chrono::steady_clock::now() + kTick);
  }
  Finish();
}

BatchStream::Answered LoadRun::Answered() const {
  BatchStream::Answered sum;
  for (const auto& stream : streams_) {
    const BatchStream::Answered one = stream->answered();
    sum.events += one.events;
    sum.duplicate += one.duplicate;
    sum.refused += one.refused;
    sum.latencies.Merge(one.latencies);
  }
  return sum;
}

}  // namespace oneway::bench
