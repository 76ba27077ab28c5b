// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/host/event_log.h"
#include "tests/crash/host/route.h"
#include "tests/crash/plan/flow_plan.h"

namespace oneway::test::crash {

// A service that tells Oneway of flows, at a steady rate and over both partitioners, and may be killed at any instant:
// it writes down what it is about to send, syncs that, sends it, again after every failure, and writes down what was
// acknowledged. Started anew, it goes on from there; of the flows that were under way it leaves a part as they are.
//
// One batch in ten is sent twice, over both partitioners at once.
// Threading: owned by the io_context's thread. The io_context outlives it.
class ClientHost {
 public:
  struct Options {
    FlowSource source;
    std::string log_path;                // of the EventLog
    std::array<std::string, 2> targets;  // partitioners
    double flows_per_second = 0;
  };
  // `on_finished` is called once Finish() was and every event has its answer.
  ClientHost(boost::asio::io_context& io_context, Options options, std::function<void()> on_finished);

  // Begins no further flow, and sends the rest of those that have begun at once.
  void Finish();

 private:
  // A flow of which an event has no answer yet.
  struct LiveFlow {
    PlannedFlow plan;
    Time base;
    EventSet intended;
    EventSet settled;
  };
  struct EventName {
    uint64_t flow = 0;
    uint32_t event = 0;
  };
  struct DueEvent {
    MonotonicTime at;
    EventName name;
    friend bool operator>(const DueEvent& a, const DueEvent& b) { return a.at > b.at; }
  };
  // A batch that has no answer from one route at least.
  struct Sending {
    std::vector<EventName> events;
    std::array<bool, 2> on_route{};
  };

  void GoOn(const EventLog::Content& log);
  bool Abandons(uint64_t flow) const;
  void TickLater();
  void Tick();
  void BeginFlows();
  void Schedule(uint64_t number, const LiveFlow& flow, MonotonicTime now);
  std::vector<EventName> TakeDue();
  void Send(std::vector<EventName> events);
  void SendOver(size_t route, const Batch& batch);
  size_t ChooseRoute();
  v1::IngestBatch BatchOf(const std::vector<EventName>& events);
  uint64_t OldestUnanswered() const;
  void OnAnswer(size_t route, const v1::IngestAnswer& answer);
  void OnLost(size_t route, const std::vector<Batch>& batches);
  // Takes what was said of an event; `acks` is what to write down.
  void Settle(const EventName& name, v1::EventStatus status, std::vector<Ack>& acks);
  void FinishIfDone();

  const Options options_;
  const std::function<void()> on_finished_;
  EventLog log_;
  std::mt19937_64 random_{std::random_device{}()};
  boost::asio::steady_timer timer_;
  bool finishing_ = false;
  MonotonicTime began_at_;
  uint64_t first_flow_ = 0;  // of this process
  uint64_t next_flow_ = 0;
  uint64_t next_batch_ = 1;
  std::map<uint64_t, LiveFlow> flows_;  // by number
  std::priority_queue<DueEvent, std::vector<DueEvent>, std::greater<>> due_;
  std::map<uint64_t, Sending> sendings_;  // by number of the batch
  std::array<std::unique_ptr<Route>, 2> routes_;
};

}  // namespace oneway::test::crash
