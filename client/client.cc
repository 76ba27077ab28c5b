// SPDX-License-Identifier: Apache-2.0
#include "client/client.h"

#include <memory>
#include <utility>

#include "client/internal/byte_budget.h"
#include "client/internal/check_options.h"
#include "client/internal/event_queue.h"
#include "client/internal/grpc_event_sink.h"
#include "client/internal/sender.h"
#include "client/internal/validate.h"
#include "common/sync/mutex.h"

namespace oneway::client {
namespace {

using event::Kind;

std::string_view TextOf(const char* reason) {
  return reason == nullptr ? std::string_view() : std::string_view(reason);
}

}  // namespace

class Client::Implementation {
 public:
  explicit Implementation(const Options& options)
      : shutdown_grace(options.shutdown_grace),
        budget(options.queue_bytes_max),
        queue(budget),
        sender(options, queue, budget, std::make_unique<GrpcEventSink>()) {}

  Outcome Append(Kind kind, std::string_view flow, std::string_view key, const EventOptions& options) noexcept {
    const Outcome outcome = queue.Append(kind, flow, key, options);
    if (queue.IsDrainerAsleep()) sender.Wake();
    return outcome;
  }

  Counters Shutdown(std::chrono::nanoseconds grace) {
    sync::MutexLock lock(shutdown_mutex);
    if (!is_shut_down) {
      queue.Close();
      sender.Stop(grace);
      is_shut_down = true;
    }
    return sender.counters();
  }

  const std::chrono::nanoseconds shutdown_grace;
  ByteBudget budget;
  EventQueue queue;
  Sender sender;

 private:
  sync::Mutex shutdown_mutex;
  bool is_shut_down ONEWAY_GUARDED_BY(shutdown_mutex) = false;
};

std::unique_ptr<Client> Client::Create(const Options& options, std::string* error) {
  std::string wrong = WhatIsWrongWith(options);
  const bool valid = wrong.empty();
  if (error != nullptr) *error = std::move(wrong);
  if (!valid) return nullptr;
  return std::unique_ptr<Client>(new Client(std::make_unique<Implementation>(options)));
}

Client::Client(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Client::~Client() {
  implementation_->Shutdown(implementation_->shutdown_grace);
}

Outcome Client::Start(std::string_view flow, std::string_view key) noexcept {
  return implementation_->Append(Kind::kStart, flow, key, {});
}

Outcome Client::Start(std::string_view flow, std::string_view key, Time time) noexcept {
  return implementation_->Append(Kind::kStart, flow, key, {.time = time});
}

Outcome Client::Start(std::string_view flow, std::string_view key, const EventOptions& options) noexcept {
  return implementation_->Append(Kind::kStart, flow, key, options);
}

Outcome Client::End(std::string_view flow, std::string_view key) noexcept {
  return implementation_->Append(Kind::kEnd, flow, key, {});
}

Outcome Client::End(std::string_view flow, std::string_view key, Time time) noexcept {
  return implementation_->Append(Kind::kEnd, flow, key, {.time = time});
}

Outcome Client::End(std::string_view flow, std::string_view key, const EventOptions& options) noexcept {
  return implementation_->Append(Kind::kEnd, flow, key, options);
}

// The id of a stage, or part, travels where that of an end does.
Outcome Client::Stage(std::string_view flow, std::string_view key, std::string_view stage) noexcept {
  return implementation_->Append(Kind::kStage, flow, key, {.end_id = stage});
}

Outcome Client::Stage(std::string_view flow, std::string_view key, std::string_view stage, Time time) noexcept {
  return implementation_->Append(Kind::kStage, flow, key, {.time = time, .end_id = stage});
}

Outcome Client::PartStarted(std::string_view flow, std::string_view key, std::string_view part) noexcept {
  return implementation_->Append(Kind::kPartStarted, flow, key, {.end_id = part});
}

Outcome Client::PartStarted(std::string_view flow, std::string_view key, std::string_view part, Time time) noexcept {
  return implementation_->Append(Kind::kPartStarted, flow, key, {.time = time, .end_id = part});
}

Outcome Client::PartEnded(std::string_view flow, std::string_view key, std::string_view part) noexcept {
  return implementation_->Append(Kind::kPartEnded, flow, key, {.end_id = part});
}

Outcome Client::PartEnded(std::string_view flow, std::string_view key, std::string_view part, Time time) noexcept {
  return implementation_->Append(Kind::kPartEnded, flow, key, {.time = time, .end_id = part});
}

Outcome Client::Completed(std::string_view flow, std::string_view key) noexcept {
  return implementation_->Append(Kind::kCompleted, flow, key, {});
}

Outcome Client::Completed(std::string_view flow, std::string_view key, Time time) noexcept {
  return implementation_->Append(Kind::kCompleted, flow, key, {.time = time});
}

Outcome Client::Completed(std::string_view flow, std::string_view key, const EventOptions& options) noexcept {
  return implementation_->Append(Kind::kCompleted, flow, key, options);
}

std::string_view Client::Explain(std::string_view flow, std::string_view key, const EventOptions& options) noexcept {
  return TextOf(WhyInvalid(Kind::kEnd, flow, key, options));
}

std::string_view Client::ExplainPart(std::string_view flow, std::string_view key, std::string_view part,
                                     Time time) noexcept {
  return TextOf(WhyInvalid(Kind::kPartEnded, flow, key, {.time = time, .end_id = part}));
}

std::string_view Client::ExplainStage(std::string_view flow, std::string_view key, std::string_view stage,
                                      Time time) noexcept {
  return TextOf(WhyInvalid(Kind::kStage, flow, key, {.time = time, .end_id = stage}));
}

bool Client::WaitForRoom(std::chrono::nanoseconds within) {
  return implementation_->budget.WaitForRoom(within);
}

Counters Client::counters() const {
  return implementation_->sender.counters();
}

Connection Client::connection() const {
  return implementation_->sender.connection();
}

Counters Client::Shutdown(std::chrono::nanoseconds grace) {
  return implementation_->Shutdown(grace);
}

std::string_view InvalidReasonName(size_t reason) {
  constexpr std::array<std::string_view, Counters::kReasons> kNames = {
      "UNSPECIFIED",      "KEY_LENGTH",   "FLOW_NAME",      "LABELS",           "ID_LENGTH",     "TIME_AHEAD",
      "NOT_BEFORE_AHEAD", "UNKNOWN_KIND", "UNKNOWN_SERIES", "UNSUPPORTED_KIND", "TOO_MANY_PARTS"};
  return reason < kNames.size() ? kNames[reason] : std::string_view("UNKNOWN");
}

}  // namespace oneway::client
