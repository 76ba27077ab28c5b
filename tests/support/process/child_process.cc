// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process/child_process.h"

#include <fcntl.h>
#include <glog/logging.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oneway::test {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

}  // namespace

ChildProcess::ChildProcess(const Options& options) {
  // All memory is prepared before the fork: the child of a threaded process may only make system calls.
  std::vector<std::string> command = options.command;
  std::vector<std::string> environment = EnvironmentWith(options.environment);
  std::vector<char*> arguments = Pointers(command);
  std::vector<char*> variables = Pointers(environment);
  const int log = open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  PCHECK(log >= 0) << options.log_path;
  const pid_t parent = getpid();
  id_ = fork();
  PCHECK(id_ >= 0);
  if (id_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execve(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(log);
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, id_, 0));
  PCHECK(pidfd_ >= 0);
}

ChildProcess::~ChildProcess() {
  if (running()) {
    kill(id_, SIGKILL);
    kill(id_, SIGCONT);
    Wait(std::chrono::seconds(10));
  }
  close(pidfd_);
}

void ChildProcess::Signal(int signal) {
  PCHECK(kill(id_, signal) == 0);
}

bool ChildProcess::running() {
  return !Wait(std::chrono::milliseconds(0)).has_value();
}

std::optional<int> ChildProcess::Wait(std::chrono::milliseconds wait_max) {
  if (exit_) return exit_;
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  if (poll(&end, 1, static_cast<int>(wait_max.count())) != 1) return std::nullopt;
  int status = 0;
  PCHECK(waitpid(id_, &status, 0) == id_);
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_;
}

}  // namespace oneway::test
