// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace oneway::test {

// A program run by a test. Its output goes to a file that is shown when the test fails.
// Threading: external. It is killed with the test that holds it, also when that is killed itself.
class ChildProcess {
 public:
  struct Options {
    std::vector<std::string> command;                // program and arguments
    std::map<std::string, std::string> environment;  // added to the test's own
    std::string log_path;                            // output and errors are appended here
  };
  explicit ChildProcess(const Options& options);
  ~ChildProcess();  // SIGKILL if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void Signal(int signal);
  // Exit code, or minus the signal that ended it; none at the deadline.
  std::optional<int> Wait(std::chrono::milliseconds wait_max);
  bool running();
  pid_t id() const { return id_; }

 private:
  pid_t id_ = -1;
  int pidfd_ = -1;
  std::optional<int> exit_;
};

}  // namespace oneway::test
