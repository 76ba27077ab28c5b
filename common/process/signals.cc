// SPDX-License-Identifier: Apache-2.0
#include "common/process/signals.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace oneway::process {

namespace asio = boost::asio;

// Threading: owned by the io_context's thread once that runs.
class SignalWatch::State : public std::enable_shared_from_this<State> {
 public:
  State(asio::io_context& io_context, const std::vector<int>& signals, std::function<void(int)> on_signal)
      : io_context_(io_context), signals_(io_context), on_signal_(std::move(on_signal)) {
    for (const int signal : signals) signals_.add(signal);
  }

  void WaitForNext() {
    signals_.async_wait([self = shared_from_this()](const boost::system::error_code& error, int signal) {
      if (error || self->stopped_) return;
      self->on_signal_(signal);
      if (!self->stopped_) self->WaitForNext();
    });
  }

  void Stop() {
    asio::dispatch(io_context_, [self = shared_from_this()] {
      boost::system::error_code ignored;
      self->stopped_ = true;
      self->signals_.clear(ignored);
      self->signals_.cancel(ignored);
    });
  }

 private:
  asio::io_context& io_context_;
  asio::signal_set signals_;
  const std::function<void(int)> on_signal_;
  bool stopped_ = false;
};

SignalWatch::SignalWatch(asio::io_context& io_context, const std::vector<int>& signals,
                         std::function<void(int signal)> on_signal)
    : state_(std::make_shared<State>(io_context, signals, std::move(on_signal))) {
  state_->WaitForNext();
}

SignalWatch::~SignalWatch() {
  Stop();
}

void SignalWatch::Stop() {
  state_->Stop();
}

void IgnoreBrokenPipes() {
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace oneway::process
