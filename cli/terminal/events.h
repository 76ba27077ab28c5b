// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <chrono>
#include <string>

namespace oneway::cli::terminal {

// What happened while a live view waited.
struct Happening {
  std::string bytes;     // of standard input; see KeyDecoder
  bool resized = false;  // the terminal has another size, or is ours again after a stop
  bool asked_to_end = false;
};

// Waits for all that a live view goes by: keys, signals, news, the clock. While it lives, signals that ask to end are
// told in place of what they do otherwise.
//
// Made before the process starts other threads, which then leave these signals to it.
// Threading: owned by the thread that makes it; Wake is thread-safe.
class Events {
 public:
  explicit Events(bool with_keys);
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // Returns at `moment`, or earlier when something happened or somebody called Wake.
  Happening AwaitUntil(std::chrono::steady_clock::time_point moment);
  // Lets AwaitUntil return, the next one if there is none now.
  void Wake();

 private:
  void ReadKeys(Happening& happening);
  void ReadSignals(Happening& happening);
  void ReadWakes();

  bool with_keys_;  // no more after the end of standard input
  sigset_t before_;
  int signals_;  // signalfd
  int wakes_;    // eventfd
};

}  // namespace oneway::cli::terminal
