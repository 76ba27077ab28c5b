// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "common/process/signals.h"

namespace oneway::cli::demo {

// Waits for a moment, or until a signal (SIGINT, SIGTERM, SIGHUP) asks to end, which from then on ends every wait at
// once. A process that was told to ignore SIGHUP, as by nohup, goes on ignoring it.
// Threading: external.
class Wait {
 public:
  Wait();

  // False when it was asked to end.
  bool Until(std::chrono::steady_clock::time_point moment);
  bool For(std::chrono::milliseconds duration) { return Until(std::chrono::steady_clock::now() + duration); }

  // The ending begins, which has waits of its own: from here on, only a signal that comes later ends them.
  void BeginEnding() { asked_to_end_ = false; }

 private:
  boost::asio::io_context io_context_;
  bool asked_to_end_ = false;
  process::SignalWatch signals_;
};

}  // namespace oneway::cli::demo
