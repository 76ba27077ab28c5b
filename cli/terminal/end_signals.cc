// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/end_signals.h"

#include <csignal>

namespace oneway::cli::terminal {

std::vector<int> EndSignals() {
  std::vector<int> signals = {SIGINT, SIGTERM};
  struct sigaction hang_up {};
  sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) signals.push_back(SIGHUP);
  return signals;
}

}  // namespace oneway::cli::terminal
