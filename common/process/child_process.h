// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/process/environment.h"

namespace oneway::process {

// A program that runs as a child of this process. It has a process group of its own, so that Ctrl-C reaches it only
// through this process, reads nothing, and inherits no open file.
//
// Linux kills it (SIGKILL) when the thread that started it ends, hence with this process, also when that is killed.
// Threading: external.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> command;  // the program's path, and its arguments
    std::map<std::string, std::string> environment = CurrentEnvironment();
    std::string log_path;  // output and errors are appended here
  };
  // Returns once the program runs, or with the reason why it cannot; then nothing was started.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const Options& options);
  ~ChildProcess();  // SIGKILL if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Does nothing when the program has ended.
  void Signal(int signal);
  // Exit code, or minus the signal that ended it; none at the deadline.
  std::optional<int> Wait(std::chrono::milliseconds wait_max);
  bool running() { return !Wait(std::chrono::milliseconds(0)).has_value(); }
  pid_t id() const { return id_; }

 private:
  ChildProcess(pid_t id, int pidfd) : id_(id), pidfd_(pidfd) {}

  const pid_t id_;
  const int pidfd_;
  std::optional<int> exit_;
};

}  // namespace oneway::process
