// SPDX-License-Identifier: Apache-2.0
#include "common/process/child_process.h"

#include <fcntl.h>
#include <glog/logging.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"

namespace oneway::process {
namespace {

// What execve takes. Prepared before the fork: the child of a threaded process may only make system calls.
class Strings {
 public:
  explicit Strings(std::vector<std::string> strings) : strings_(std::move(strings)) {
    for (std::string& string : strings_) pointers_.push_back(string.data());
    pointers_.push_back(nullptr);
  }
  Strings(const Strings&) = delete;
  Strings& operator=(const Strings&) = delete;

  char* const* pointers() const { return pointers_.data(); }

 private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

std::vector<std::string> Assignments(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> assignments;
  for (const auto& [name, value] : environment) assignments.push_back(name + "=" + value);
  return assignments;
}

// A file descriptor that is closed at the end of the scope.
class ScopedFile {
 public:
  explicit ScopedFile(int fd) : fd_(fd) {}
  ~ScopedFile() { Close(); }
  ScopedFile(const ScopedFile&) = delete;
  ScopedFile& operator=(const ScopedFile&) = delete;

  int fd() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// Signals as a fresh program expects them: none blocked, none ignored.
void ResetSignals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaction(signal, &by_default, nullptr);
}

// Becomes the program; in the child, after the fork. Tells `failure` the error number when it cannot.
[[noreturn]] void Become(const Strings& command, const Strings& environment, pid_t parent, int log, int failure) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it ended before it could be watched
  setpgid(0, 0);
  ResetSignals();
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
  execve(command.pointers()[0], command.pointers(), environment.pointers());
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(failure, &error, sizeof(error));
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(const Options& options) {
  const std::string& program = options.command.at(0);
  const Strings command(options.command);
  const Strings environment(Assignments(options.environment));
  const ScopedFile log(open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.fd() < 0) return absl::ErrnoToStatus(errno, "cannot open " + options.log_path);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  const ScopedFile failure(ends[0]);
  ScopedFile child_failure(ends[1]);

  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id < 0) return absl::ErrnoToStatus(errno, "cannot fork");
  if (id == 0) Become(command, environment, parent, log.fd(), child_failure.fd());

  child_failure.Close();
  int error = 0;
  // Nothing comes when the program runs: its end of the pipe was closed by execve.
  const ssize_t read_bytes = TEMP_FAILURE_RETRY(read(failure.fd(), &error, sizeof(error)));
  if (read_bytes == static_cast<ssize_t>(sizeof(error))) {
    waitpid(id, nullptr, 0);
    return absl::ErrnoToStatus(error, "cannot run " + program);
  }
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, id, 0));
  PCHECK(pidfd >= 0) << "pidfd_open";
  return std::unique_ptr<ChildProcess>(new ChildProcess(id, pidfd));
}

ChildProcess::~ChildProcess() {
  if (running()) {
    Signal(SIGKILL);
    Wait(std::chrono::seconds(10));
  }
  close(pidfd_);
}

void ChildProcess::Signal(int signal) {
  // By the descriptor and not by the id, which another process may have by now.
  if (syscall(SYS_pidfd_send_signal, pidfd_, signal, nullptr, 0) != 0) PCHECK(errno == ESRCH) << "signal " << signal;
}

std::optional<int> ChildProcess::Wait(std::chrono::milliseconds wait_max) {
  if (exit_) return exit_;
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  if (poll(&end, 1, static_cast<int>(wait_max.count())) != 1) return std::nullopt;
  int status = 0;
  PCHECK(waitpid(id_, &status, 0) == id_) << "waitpid";
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_;
}

}  // namespace oneway::process
