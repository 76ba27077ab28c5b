// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "common/process/signals.h"

namespace oneway::cli::demo {

// Waits for a moment, or until a signal (SIGINT, SIGTERM) asks to end, which from then on ends every wait at once. A
// second signal does what it would do otherwise: it ends the process.
// Threading: external.
class Wait {
 public:
  Wait();

  // False when it was asked to end.
  bool Until(std::chrono::steady_clock::time_point moment);
  bool For(std::chrono::milliseconds duration) { return Until(std::chrono::steady_clock::now() + duration); }
  bool asked_to_end() const { return asked_to_end_; }

 private:
  boost::asio::io_context io_context_;
  bool asked_to_end_ = false;
  process::SignalWatch signals_;
};

}  // namespace oneway::cli::demo
