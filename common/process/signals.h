// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace oneway::process {

// Calls `on_signal` on the io_context's thread whenever the process gets one of `signals`, in place of what the signal
// would do otherwise. Mains use {SIGTERM, SIGINT} to end in order, and may use SIGHUP to read the configuration again.
//
// Threading: made and destroyed before the io_context runs, after it ended, or on its thread; Stop is thread-safe.
// The io_context outlives it.
class SignalWatch {
 public:
  SignalWatch(boost::asio::io_context& io_context, const std::vector<int>& signals,
              std::function<void(int signal)> on_signal);
  // Stops.
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  // The signals do again what they did before, and the io_context is not kept busy by this any more. May be repeated.
  void Stop();

 private:
  class State;
  // Shared with the handler that waits for the next signal.
  const std::shared_ptr<State> state_;
};

// A peer that went away shows as an error of the write, not as the end of the process.
void IgnoreBrokenPipes();

}  // namespace oneway::process
