// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "oneway/v1/event.pb.h"

namespace oneway::test::crash {

// What a client host is about to send: written and synced before the event leaves the process.
struct Intent {
  uint64_t flow = 0;  // number of the flow
  uint32_t event = 0;
  Time base;  // of the flow

  friend bool operator==(const Intent&, const Intent&) = default;
};

// What Oneway answered for an event.
struct Ack {
  uint64_t flow = 0;
  uint32_t event = 0;
  v1::EventStatus status = v1::OK;  // OK, DUPLICATE, or a refusal for good

  friend bool operator==(const Ack&, const Ack&) = default;
};

// Two files of lines, which survive the SIGKILL of the host that writes them: what it intended to send, and what was
// acknowledged. Only whole lines count: what a kill tore off was neither sent nor believed.
// Threading: external.
class EventLog {
 public:
  struct Content {
    std::vector<Intent> intents;
    std::vector<Ack> acks;
  };
  // The files are `path`.intents and `path`.acks.
  static Content Read(const std::string& path);

  // Opens the files to append, after the last whole line; creates them.
  explicit EventLog(const std::string& path);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // Returns once they are on disk.
  void WriteIntents(const std::vector<Intent>& intents);
  // Returns once the operating system has them.
  void WriteAcks(const std::vector<Ack>& acks);

 private:
  const int intents_;
  const int acks_;
};

}  // namespace oneway::test::crash
