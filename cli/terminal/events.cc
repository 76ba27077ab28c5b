// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/events.h"

#include <glog/logging.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "cli/terminal/end_signals.h"

namespace oneway::cli::terminal {
namespace {

// poll() takes an int of milliseconds.
constexpr std::chrono::hours kWaitMax{24};

sigset_t WatchedSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : EndSignals()) sigaddset(&signals, signal);
  sigaddset(&signals, SIGQUIT);
  sigaddset(&signals, SIGWINCH);
  sigaddset(&signals, SIGCONT);
  return signals;
}

int MillisecondsUntil(std::chrono::steady_clock::time_point moment) {
  using std::chrono::milliseconds;
  const auto rest = std::min<std::chrono::steady_clock::duration>(moment - std::chrono::steady_clock::now(), kWaitMax);
  return std::max(0, static_cast<int>(std::chrono::ceil<milliseconds>(rest).count()));
}

}  // namespace

Events::Events(bool with_keys) : with_keys_(with_keys) {
  const sigset_t watched = WatchedSignals();
  PCHECK(pthread_sigmask(SIG_BLOCK, &watched, &before_) == 0);
  signals_ = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  wakes_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  PCHECK(signals_ >= 0 && wakes_ >= 0);
}

Events::~Events() {
  close(wakes_);
  close(signals_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Happening Events::AwaitUntil(std::chrono::steady_clock::time_point moment) {
  Happening happening;
  // A negative descriptor is passed over.
  std::array<pollfd, 3> sources = {pollfd{.fd = signals_, .events = POLLIN},
                                   {.fd = wakes_, .events = POLLIN},
                                   {.fd = with_keys_ ? STDIN_FILENO : -1, .events = POLLIN}};
  if (poll(sources.data(), sources.size(), MillisecondsUntil(moment)) <= 0) return happening;
  if (sources[0].revents != 0) ReadSignals(happening);
  if (sources[1].revents != 0) ReadWakes();
  if (sources[2].revents != 0) ReadKeys(happening);
  return happening;
}

void Events::Wake() {
  const uint64_t one = 1;
  PCHECK(write(wakes_, &one, sizeof(one)) == sizeof(one));
}

void Events::ReadKeys(Happening& happening) {
  std::array<char, 256> bytes;
  const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (count > 0) happening.bytes.assign(bytes.data(), static_cast<size_t>(count));
  if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) with_keys_ = false;
}

void Events::ReadSignals(Happening& happening) {
  signalfd_siginfo signal{};
  while (read(signals_, &signal, sizeof(signal)) == sizeof(signal)) {
    const bool goes_on = signal.ssi_signo == SIGWINCH || signal.ssi_signo == SIGCONT;
    (goes_on ? happening.resized : happening.asked_to_end) = true;
  }
}

void Events::ReadWakes() {
  uint64_t count = 0;
  while (read(wakes_, &count, sizeof(count)) == sizeof(count)) continue;
}

}  // namespace oneway::cli::terminal
