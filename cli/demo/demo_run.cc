// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/demo_run.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "cli/demo/commands.h"

namespace oneway::cli::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLastLookMax{15};
constexpr milliseconds kLookInterval{100};

// A task whose last part is out closes after its settle time, on the joiner's clock.
bool TasksAreClosed(const Snapshot& snapshot) {
  return std::none_of(snapshot.flows.begin(), snapshot.flows.end(),
                      [](const Flow& flow) { return flow.name == "task" && flow.open > 0; });
}

}  // namespace

DemoRun::DemoRun(seconds run, std::string tool, Processes& processes, Progress& progress, Wait& wait)
    : run_(run),
      tool_(std::move(tool)),
      processes_(processes),
      progress_(progress),
      wait_(wait),
      observer_(processes.plan().server),
      due_(ScheduleOf(run)),
      began_(Clock::now()) {
  page_.run = run;
  page_.browser_url = processes.plan().browser_url;
}

absl::Status DemoRun::Run() {
  absl::Status status = StartAll();
  began_ = Clock::now();
  for (seconds next{1}; status.ok() && next <= run_; next = std::chrono::floor<seconds>(Elapsed()) + seconds(1)) {
    if (progress_.failed() || !wait_.Until(began_ + next)) break;
    status = Tick();
  }
  return absl::IsCancelled(status) ? absl::OkStatus() : status;
}

absl::Status DemoRun::StartAll() {
  progress_.Say("starting 2 joiners, 1 partitioner, a task application, a push service with 2 gateways, and its users");
  for (const Names names : {Names(kOneway), Names(kGateways), Names(kApplications), Names(kUsers)}) {
    if (absl::Status status = processes_.Start(names); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status DemoRun::Tick() {
  while (!due_.empty() && due_.front().at <= Elapsed()) {
    if (absl::Status status = Do(due_.front()); !status.ok()) return status;
    page_.incidents.push_back(Told(due_.front(), run_));
    progress_.Say(page_.incidents.back());
    due_.erase(due_.begin());
  }
  if (absl::Status status = processes_.Check(); !status.ok()) return status;
  Show();
  return absl::OkStatus();
}

absl::Status DemoRun::Do(const Incident& incident) {
  switch (incident.step) {
    case Step::kStopGateway:
      processes_.Signal(kStoppedGateway, SIGSTOP);
      break;
    case Step::kContinueGateway:
      processes_.Signal(kStoppedGateway, SIGCONT);
      break;
    case Step::kKillJoiner:
      processes_.Kill(kKilledJoiner.front());
      break;
    case Step::kStartJoiner:
      return processes_.Launch(kKilledJoiner.front());
  }
  return absl::OkStatus();
}

void DemoRun::Show() {
  auto now = observer_.Look(Elapsed());
  if (now.ok()) {
    page_.rates = RatesBetween(page_.now, *now);
    page_.now = *std::move(now);
  } else {
    page_.rates.clear();
    page_.now.at = Elapsed();
    page_.now.missing = {std::string(now.status().message())};
  }
  page_.commands = CommandsToTry(tool_, processes_.plan());
  progress_.Show(page_);
}

absl::StatusOr<Snapshot> DemoRun::End() {
  wait_.BeginEnding();
  progress_.Write(
      {terminal::Line("ending: users first, then what they use, once the last tasks are closed Oneway itself; "
                      "Ctrl-C kills what still runs")});
  processes_.Signal(kStoppedGateway, SIGCONT);
  if (absl::Status status = EndThoseWhoSend(); !status.ok()) return status;
  auto last = LookAtAll();
  if (absl::Status status = processes_.End(kOneway); !status.ok()) return status;
  return last;
}

absl::Status DemoRun::EndThoseWhoSend() {
  if (absl::Status status = processes_.End(kUsers); !status.ok()) return status;
  // It may be away just now. Nobody may end before it has taken what they hold for it.
  if (absl::Status status = processes_.Start(kKilledJoiner); !status.ok()) return status;
  if (absl::Status status = processes_.End(kApplications); !status.ok()) return status;
  return processes_.End(kGateways);
}

absl::StatusOr<Snapshot> DemoRun::LookAtAll() {
  const auto deadline = Clock::now() + kLastLookMax;
  while (true) {
    auto last = observer_.Look(Elapsed());
    if (last.ok() && last->complete() && last->Agrees() && TasksAreClosed(*last)) return last;
    if (Clock::now() >= deadline || !processes_.Check().ok()) return last;
    if (!wait_.For(kLookInterval)) return absl::CancelledError("asked to end");
  }
}

milliseconds DemoRun::Elapsed() const {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
}

}  // namespace oneway::cli::demo
