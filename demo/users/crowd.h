// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "demo/http/post_queue.h"

namespace oneway::demo::users {

// How often people do what; each at random, independent of what was before (a Poisson process).
struct Rates {
  double tasks_per_second = 4;
  double messages_per_second = 40;  // each is preceded by typing and followed by a receipt, on average
};

// The people: post what they do to the two applications, at random, until the io_context ends. They do not wait for
// answers; what an application does not take for long is dropped.
//
// Threading: owned by the one thread that runs the io_context, which outlives it. The queues outlive it.
class Crowd {
 public:
  Crowd(boost::asio::io_context& io_context, http::PostQueue& tasks, http::PostQueue& messaging, const Rates& rates,
        uint64_t seed);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

 private:
  // Something people do, time and again.
  struct Habit {
    std::exponential_distribution<double> pause_seconds;
    std::function<void()> act;
    boost::asio::steady_timer timer;  // of the next time
  };

  void Add(boost::asio::io_context& io_context, double per_second, std::function<void()> act);
  void WaitFor(Habit& habit);
  std::string DrawPerson();

  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Habit>> habits_;
};

}  // namespace oneway::demo::users
