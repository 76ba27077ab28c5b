// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "client/client.h"
#include "tests/support/wait.h"

namespace oneway::test {

// A service that has so many flows a second, whether anybody takes their events or not: what finds no room in the
// client's queue is dropped, and counted. Each flow has a key of its own; its end follows some flows later.
// Threading: external; sends from a thread of its own.
class OpenLoop {
 public:
  static constexpr uint64_t kFlowsBetween = 200;  // a start and its end, unless told otherwise

  OpenLoop(const client::Options& options, std::string prefix, double flows_per_second,
           uint64_t flows_between = kFlowsBetween);
  ~OpenLoop() { Stop(); }

  void SetRate(double flows_per_second) { flows_per_second_ = flows_per_second; }
  // Waits for room instead of dropping: as many flows as are taken.
  void SendAsMuchAsIsTaken() { waits_for_room_ = true; }
  client::Counters counters() const { return client_->counters(); }
  // No further flows begin; those begun are ended.
  void Stop();
  // Stop, and wait until all is settled, so long at most.
  client::Counters Finish(std::chrono::nanoseconds settle_wait_max);

  // Of the events that the client took; exact after Stop.
  uint64_t starts() const { return starts_; }
  uint64_t ends() const { return ends_; }

 private:
  void Run();
  void SendFlow(uint64_t flow);
  bool Send(uint64_t flow, bool is_end);

  const std::unique_ptr<client::Client> client_;
  const std::string prefix_;
  const uint64_t flows_between_;
  std::atomic<double> flows_per_second_;
  std::atomic<bool> waits_for_room_{false};
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> starts_{0};
  std::atomic<uint64_t> ends_{0};
  std::vector<bool> begun_;  // by flow; of the thread
  std::thread thread_;
};

}  // namespace oneway::test
