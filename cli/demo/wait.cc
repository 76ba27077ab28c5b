// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/wait.h"

#include "cli/terminal/end_signals.h"

namespace oneway::cli::demo {

Wait::Wait() : signals_(io_context_, terminal::EndSignals(), [this](int) { asked_to_end_ = true; }) {}

bool Wait::Until(std::chrono::steady_clock::time_point moment) {
  // The watch for signals keeps the context busy, so this returns at the moment or after a signal.
  while (!asked_to_end_ && std::chrono::steady_clock::now() < moment) io_context_.run_one_until(moment);
  return !asked_to_end_;
}

}  // namespace oneway::cli::demo
