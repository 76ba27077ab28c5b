// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/demo/observer.h"
#include "cli/demo/page.h"
#include "cli/demo/processes.h"
#include "cli/demo/progress.h"
#include "cli/demo/schedule.h"

namespace oneway::cli::demo {

// The demo from its first process to its last: starts them, breaks what the schedule says, shows how things stand each
// second, and ends them in the order that leaves nothing unsaid.
// Threading: external. `processes`, `progress` and `wait` outlive it.
class DemoRun {
 public:
  // `tool`: how people would call `oneway`.
  DemoRun(std::chrono::seconds run, std::string tool, Processes& processes, Progress& progress, Wait& wait);

  // Returns when the time is up, or when asked to end, which is no error; so is progress that nobody reads any more.
  absl::Status Run();
  // Ends users and applications, then tells how things stand, then ends Oneway. Call it after a Run that was OK.
  // CANCELLED when asked to end once more; some processes still run then.
  absl::StatusOr<Snapshot> End();

 private:
  using Clock = std::chrono::steady_clock;

  absl::Status StartAll();
  absl::Status Tick();
  absl::Status Do(const Incident& incident);
  void Show();
  // Users and applications, each once those whom it hands its work to can take it.
  absl::Status EndThoseWhoSend();
  // How things stand, once every joiner answers, figures agree and all tasks are closed, or else after a while.
  absl::StatusOr<Snapshot> LookAtAll();
  std::chrono::milliseconds Elapsed() const;

  const std::chrono::seconds run_;
  const std::string tool_;
  Processes& processes_;
  Progress& progress_;
  Wait& wait_;
  Observer observer_;
  std::vector<Incident> due_;  // in order, the next one first
  Page page_;
  Clock::time_point began_;
};

}  // namespace oneway::cli::demo
