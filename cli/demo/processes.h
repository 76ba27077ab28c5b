// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/demo/process_plan.h"
#include "cli/demo/wait.h"
#include "common/process/child_process.h"

namespace oneway::cli::demo {

// The demo's processes while they run. Whatever still runs at the end is killed.
// Threading: external; on the thread that lives as long as the processes shall (see ChildProcess).
// Ownership: `wait` outlives it.
class Processes {
 public:
  // `folder`: where each process leaves its log.
  Processes(ProcessPlan plan, std::string folder, Wait& wait);

  // Starts one; it may not serve yet. Errors say what went wrong.
  absl::Status Launch(const std::string& name);
  // Starts those of these that do not run, and waits until all serve. An error shows the end of the log of whichever
  // process has ended, or does not serve; CANCELLED when asked to end meanwhile.
  absl::Status Start(Names names);

  void Signal(const std::string& name, int signal);
  // SIGKILL, and waits for its end. Its end then is not an error.
  void Kill(const std::string& name);
  // SIGTERM to all of these, and waits for their ends; those that need longer than a few seconds are killed. CANCELLED
  // when asked to end meanwhile; they may still run then.
  absl::Status End(Names names);

  bool Runs(const std::string& name) const { return running_.contains(name); }
  // An error when one has ended that should run, with the end of its log.
  absl::Status Check();

  const ProcessPlan& plan() const { return plan_; }

 private:
  const ProcessSpec& SpecOf(const std::string& name) const;
  std::string LogPathOf(const std::string& name) const { return folder_ + "/" + name + ".log"; }
  absl::Status AwaitServing(const ProcessSpec& spec);

  const ProcessPlan plan_;
  const std::string folder_;
  Wait& wait_;
  std::map<std::string, std::unique_ptr<process::ChildProcess>> running_;
};

// The last lines of a file, each after two spaces; "(empty)" when there are none.
std::string EndOfFile(const std::string& path, size_t lines);

}  // namespace oneway::cli::demo
