// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a service tells Oneway that something began or ended.
//
//   auto client = oneway::client::Client::Create({.targets = {"127.0.0.1:7100"}});
//   client->Start("push", push_id);   // here, as the request is accepted
//   client->Stage("push", push_id, "queued");  // on the way, if you like
//   client->End("push", push_id);     // there, perhaps in another process, once the push is out
//
// A task that splits into parts is done when its last part is out:
//
//   client->Start("task", task_id);              // here
//   client->PartStarted("task", task_id, "7");   // one more part to wait for
//   client->PartEnded("task", task_id, "7");     // there, in any order
//   client->Completed("task", task_id);          // no further parts will be declared
//
// Calls return at once: an event is copied into memory of bounded size, and a thread of the client batches and sends
// it, again after every failure, until Oneway has said what became of it. An event that is sent twice counts once.
namespace oneway::client {

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

// What Start, End and the like did with an event.
enum class Outcome : uint8_t {
  kQueued = 0,           // The client will hand it over; Counters tells what became of it.
  kQueueFull = 1,        // Dropped: queue_bytes_max is in use. WaitForRoom() waits for room.
  kInvalidArgument = 2,  // Dropped: Explain() or ExplainPart() says why.
  kShutdown = 3,         // Dropped: Shutdown() was called before.
};

// A name and a value by which a flow's latencies can be told apart, such as {"region", "eu"}.
// Only names that the flow's configuration allows are counted. An end completes the labels of its start. UTF-8.
struct Label {
  std::string_view name;   // 1 to 64 bytes
  std::string_view value;  // at most 128 bytes
};

// What may be said of an event besides flow and key. The views are needed during the call only.
struct EventOptions {
  Time time{};                    // when it happened; the epoch = now
  std::span<const Label> labels;  // at most 8
  uint64_t generation = 0;        // start, end of a pair: the life of a key that is used again; 0 = none
  Time not_before{};              // start: the flow was told to wait until then; the epoch = at once
  uint32_t expected = 0;          // start, completed: how many parts, or ends where every one counts, to wait for;
                                  // at most 1,024; 0 = not said
  std::string_view end_id;        // end: which of several ends; at most 64 bytes; not used of others
};

// How a client behaves. The defaults fit a service.
struct Options {
  std::vector<std::string> targets;          // partitioners as "host:port"; one is used, the next when it fails
  size_t queue_bytes_max = size_t{8} << 20;  // events that are not settled; an event takes about 30 bytes more than
                                             // its flow, key and labels; 64 KiB to 4 GiB
  std::chrono::nanoseconds batch_delay = std::chrono::milliseconds(2);  // how long an event may wait for others
  uint32_t batch_events_max = 512;                                      // 1 to 1,000
  uint32_t window_batches_max = 64;                                     // batches that may be unanswered at a time
  std::chrono::nanoseconds backoff_min =
      std::chrono::milliseconds(50);                               // wait after a first failure, doubled after each
  std::chrono::nanoseconds backoff_max = std::chrono::seconds(5);  // further one; both shortened at random by half
  std::chrono::nanoseconds answer_wait_max = std::chrono::seconds(30);  // then another target is tried
  std::chrono::nanoseconds shutdown_grace = std::chrono::seconds(1);    // of the destructor
};

// What became of events, exactly. In any one value of this type
//   accepted = acked + invalid + too_late + dropped_at_shutdown + in_flight.
struct Counters {
  uint64_t accepted = 0;                  // the call said kQueued
  uint64_t acked = 0;                     // durable and counted by Oneway, now or before
  uint64_t duplicate = 0;                 // subset of acked: was durable before
  uint64_t invalid = 0;                   // refused for good
  uint64_t too_late = 0;                  // older than the flow remembers
  uint64_t dropped_at_shutdown = 0;       // accepted, and not settled when Shutdown's time was up
  uint64_t in_flight = 0;                 // accepted, and neither settled nor dropped
  uint64_t resent = 0;                    // sendings that were not the first of their event
  uint64_t dropped_queue_full = 0;        // never accepted: kQueueFull
  uint64_t dropped_invalid_argument = 0;  // never accepted: kInvalidArgument
  uint64_t dropped_after_shutdown = 0;    // never accepted: kShutdown

  static constexpr size_t kReasons = 11;
  std::array<uint64_t, kReasons> invalid_by_reason{};  // `invalid`, by number of the wire's InvalidReason
};

// Name of an index of Counters::invalid_by_reason, such as "TIME_AHEAD".
std::string_view InvalidReasonName(size_t reason);

// How the client and its partitioner get along; for logs and messages, not for decisions.
struct Connection {
  bool answering = false;  // the present stream has given an answer
  std::string target;      // the one in use or tried last
  std::string last_error;  // why the last stream ended; empty = none did
};

// Sends the events of a service. One object serves a whole process.
//
// Flow: Start, End and the like -> queue in memory -> the client's thread -> a stream to a partitioner.
// Threading: thread-safe. Not to be used in a process forked after Create.
class Client {
 public:
  // Null when an option is out of its bounds; `error`, where given, then says which. No network is needed: the client
  // connects with its first event, and goes on trying while nobody answers.
  static std::unique_ptr<Client> Create(const Options& options, std::string* error = nullptr);

  // Shutdown(options.shutdown_grace).
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Tell that the flow of this key began or ended: now, at `time`, or as the options say.
  // flow: 1 to 64 of [a-z0-9._-]. key: 1 to 256 bytes, what start and end have in common.
  // Never wait for network or disk, never throw. To repeat a call with the same time is harmless.
  Outcome Start(std::string_view flow, std::string_view key) noexcept;
  Outcome Start(std::string_view flow, std::string_view key, Time time) noexcept;
  Outcome Start(std::string_view flow, std::string_view key, const EventOptions& options) noexcept;
  Outcome End(std::string_view flow, std::string_view key) noexcept;
  Outcome End(std::string_view flow, std::string_view key, Time time) noexcept;
  Outcome End(std::string_view flow, std::string_view key, const EventOptions& options) noexcept;

  // Tell that a key has passed a stage on its way: the time from its start to there is measured, once for each stage.
  // stage: 1 to 64 bytes, one of few names. In any order, of a flow of any shape; changes nothing else.
  Outcome Stage(std::string_view flow, std::string_view key, std::string_view stage) noexcept;
  Outcome Stage(std::string_view flow, std::string_view key, std::string_view stage, Time time) noexcept;

  // Tell of the parts of a fan-out: one more to wait for, that it is out, and that no further ones will be declared.
  // part: 1 to 64 bytes, which of the key's parts; at most 1,024 of them. In any order, from any process.
  // With `expected` in Start, Completed need not come. For flows of shape `fanout`, which take no End; the promises of
  // Start hold for these too.
  Outcome PartStarted(std::string_view flow, std::string_view key, std::string_view part) noexcept;
  Outcome PartStarted(std::string_view flow, std::string_view key, std::string_view part, Time time) noexcept;
  Outcome PartEnded(std::string_view flow, std::string_view key, std::string_view part) noexcept;
  Outcome PartEnded(std::string_view flow, std::string_view key, std::string_view part, Time time) noexcept;
  Outcome Completed(std::string_view flow, std::string_view key) noexcept;
  Outcome Completed(std::string_view flow, std::string_view key, Time time) noexcept;
  Outcome Completed(std::string_view flow, std::string_view key, const EventOptions& options) noexcept;

  // Why such an event is kInvalidArgument, as a sentence; empty when it is not.
  static std::string_view Explain(std::string_view flow, std::string_view key, const EventOptions& options) noexcept;
  // The same of PartStarted and PartEnded.
  static std::string_view ExplainPart(std::string_view flow, std::string_view key, std::string_view part,
                                      Time time = {}) noexcept;
  // The same of Stage.
  static std::string_view ExplainStage(std::string_view flow, std::string_view key, std::string_view stage,
                                       Time time = {}) noexcept;

  // For programs that would rather wait than drop: waits until the queue has room again, at most so long.
  // False when the time is up. True says nothing about what other threads queue meanwhile.
  bool WaitForRoom(std::chrono::nanoseconds within);

  // All counters at one instant.
  Counters counters() const;
  Connection connection() const;

  // Takes no further event, waits at most so long until all are settled, drops the rest and stops the thread.
  // Returns the final counters. May be repeated: the first call decides.
  Counters Shutdown(std::chrono::nanoseconds grace);

 private:
  class Implementation;
  explicit Client(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace oneway::client
