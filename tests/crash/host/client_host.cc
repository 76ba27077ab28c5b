// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/host/client_host.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "common/event/event.h"

namespace oneway::test::crash {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(25);
// Beyond so many flows that wait for answers no further one begins, as while everything stands still.
constexpr size_t kLiveFlowsMax = 20'000;
constexpr size_t kBatchEventsMax = 400;
// One in so many batches goes over both routes.
constexpr uint64_t kSentTwiceOneIn = 10;
// Of the flows that were under way when the host was killed, one in so many stays as it is.
constexpr uint64_t kAbandonedOneIn = 4;

MonotonicTime Now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

ClientHost::ClientHost(boost::asio::io_context& io_context, Options options, std::function<void()> on_finished)
    : options_(std::move(options)),
      on_finished_(std::move(on_finished)),
      log_(options_.log_path),
      timer_(io_context),
      began_at_(Now()) {
  GoOn(EventLog::Read(options_.log_path));
  for (size_t i = 0; i < routes_.size(); ++i) {
    routes_[i] = std::make_unique<Route>(
        io_context, options_.targets[i],
        Route::Callbacks{.on_answer = [this, i](const v1::IngestAnswer& answer) { OnAnswer(i, answer); },
                         .on_lost = [this, i](const std::vector<Batch>& batches) { OnLost(i, batches); }});
  }
  TickLater();
}

void ClientHost::GoOn(const EventLog::Content& log) {
  for (const Intent& intent : log.intents) {
    auto [flow, added] = flows_.try_emplace(intent.flow);
    if (added) flow->second = {.plan = PlanFlow(options_.source, intent.flow), .base = intent.base};
    flow->second.intended.Add(intent.event);
    next_flow_ = std::max(next_flow_, intent.flow + 1);
  }
  first_flow_ = next_flow_;
  for (const Ack& ack : log.acks) flows_.at(ack.flow).settled.Add(ack.event);
  std::erase_if(flows_, [this](const auto& flow) {
    const EventSet all = EventSet::All(flow.second.plan.events.size());
    return flow.second.settled == all || Abandons(flow.first);
  });
  for (const auto& [number, flow] : flows_) Schedule(number, flow, Now());
}

// By the flow's number, so that it stays abandoned should this host be killed again.
bool ClientHost::Abandons(uint64_t flow) const {
  return flow % kAbandonedOneIn == 0;
}

void ClientHost::Finish() {
  finishing_ = true;
}

void ClientHost::TickLater() {
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    Tick();
    TickLater();
  });
}

void ClientHost::Tick() {
  for (const auto& route : routes_) route->GiveUpIfSilent();
  if (!finishing_) BeginFlows();
  for (std::vector<EventName> due = TakeDue(); !due.empty(); due = TakeDue()) Send(std::move(due));
  FinishIfDone();
}

void ClientHost::BeginFlows() {
  const double seconds = std::chrono::duration<double>(Now() - began_at_).count();
  const uint64_t until = first_flow_ + static_cast<uint64_t>(seconds * options_.flows_per_second);
  for (; next_flow_ < until && flows_.size() < kLiveFlowsMax; ++next_flow_) {
    LiveFlow& flow = flows_[next_flow_];
    flow = {.plan = PlanFlow(options_.source, next_flow_), .base = std::chrono::system_clock::now()};
    Schedule(next_flow_, flow, Now());
  }
}

void ClientHost::Schedule(uint64_t number, const LiveFlow& flow, MonotonicTime now) {
  EventSet others;
  for (uint32_t i = 0; i < flow.plan.events.size(); ++i) {
    if (!flow.plan.events[i].after_others) others.Add(i);
  }
  for (uint32_t i = 0; i < flow.plan.events.size(); ++i) {
    if (flow.settled.Has(i)) continue;
    const PlannedEvent& event = flow.plan.events[i];
    if (event.after_others && !flow.settled.Contains(others)) continue;
    const bool now_due = flow.intended.Has(i) || event.after_others;
    due_.push({now_due ? now : now + event.send_after, {number, i}});
  }
}

std::vector<ClientHost::EventName> ClientHost::TakeDue() {
  std::vector<EventName> events;
  const MonotonicTime now = Now();
  while (!due_.empty() && (finishing_ || due_.top().at <= now) && events.size() < kBatchEventsMax) {
    const EventName name = due_.top().name;
    due_.pop();
    const auto flow = flows_.find(name.flow);
    if (flow != flows_.end() && !flow->second.settled.Has(name.event)) events.push_back(name);
  }
  return events;
}

void ClientHost::Send(std::vector<EventName> events) {
  std::vector<Intent> intents;
  for (const EventName& name : events) {
    LiveFlow& flow = flows_.at(name.flow);
    if (flow.intended.Has(name.event)) continue;
    flow.intended.Add(name.event);
    intents.push_back({name.flow, name.event, flow.base});
  }
  log_.WriteIntents(intents);
  const auto batch = std::make_shared<const v1::IngestBatch>(BatchOf(events));
  sendings_[batch->batch()].events = std::move(events);
  const size_t route = ChooseRoute();
  SendOver(route, batch);
  if (random_() % kSentTwiceOneIn == 0) SendOver(1 - route, batch);
}

void ClientHost::SendOver(size_t route, const Batch& batch) {
  sendings_.at(batch->batch()).on_route[route] = true;
  routes_[route]->Send(batch);
}

size_t ClientHost::ChooseRoute() {
  const size_t drawn = random_() % routes_.size();
  return routes_[drawn]->is_open() ? drawn : 1 - drawn;
}

v1::IngestBatch ClientHost::BatchOf(const std::vector<EventName>& names) {
  v1::IngestBatch batch;
  batch.set_batch(next_batch_++);
  batch.set_oldest_unanswered_unix_nanos(OldestUnanswered());
  std::map<std::string, uint32_t> series;
  for (const EventName& name : names) {
    const LiveFlow& flow = flows_.at(name.flow);
    const PlannedEvent& planned = flow.plan.events[name.event];
    const auto [entry, added] = series.try_emplace(flow.plan.flow, static_cast<uint32_t>(series.size()));
    if (added) batch.add_series()->set_flow(flow.plan.flow);
    v1::Event& event = *batch.add_events();
    event.set_kind(static_cast<v1::EventKind>(planned.kind));
    event.set_series(entry->second);
    event.set_key(flow.plan.key);
    event.set_time_unix_nanos(ToUnixNanos(flow.base + planned.time));
    event.set_expected(planned.expected);
    event.set_id(planned.part);
  }
  return batch;
}

uint64_t ClientHost::OldestUnanswered() const {
  Time oldest = std::chrono::system_clock::now();
  for (const auto& [number, flow] : flows_) {
    for (uint32_t i = 0; i < flow.plan.events.size(); ++i) {
      if (!flow.settled.Has(i)) oldest = std::min(oldest, flow.base + flow.plan.events[i].time);
    }
  }
  return ToUnixNanos(oldest);
}

void ClientHost::OnAnswer(size_t route, const v1::IngestAnswer& answer) {
  const auto sending = sendings_.find(answer.batch());
  if (sending == sendings_.end()) return;
  std::map<uint32_t, const v1::EventException*> exceptions;
  for (const v1::EventException& exception : answer.exceptions()) exceptions[exception.index()] = &exception;
  std::vector<Ack> acks;
  const std::vector<EventName>& events = sending->second.events;
  for (uint32_t i = 0; i < events.size(); ++i) {
    const auto exception = exceptions.find(i);
    if (exception == exceptions.end()) {
      Settle(events[i], v1::OK, acks);
    } else if (exception->second->status() == v1::RETRY_AFTER) {
      due_.push({Now() + std::chrono::milliseconds(exception->second->retry_after_millis()), events[i]});
    } else {
      Settle(events[i], exception->second->status(), acks);
    }
  }
  log_.WriteAcks(acks);
  sending->second.on_route[route] = false;
  if (!sending->second.on_route[1 - route]) sendings_.erase(sending);
  FinishIfDone();
}

void ClientHost::Settle(const EventName& name, v1::EventStatus status, std::vector<Ack>& acks) {
  const auto found = flows_.find(name.flow);
  if (found == flows_.end() || found->second.settled.Has(name.event)) return;
  LiveFlow& flow = found->second;
  flow.settled.Add(name.event);
  acks.push_back({name.flow, name.event, status});
  const EventSet all = EventSet::All(flow.plan.events.size());
  if (flow.settled == all) {
    flows_.erase(found);
    return;
  }
  const auto last = static_cast<uint32_t>(flow.plan.events.size() - 1);
  EventSet with_last = flow.settled;
  with_last.Add(last);
  if (flow.plan.events[last].after_others && with_last == all) due_.push({Now(), {name.flow, last}});
}

void ClientHost::OnLost(size_t route, const std::vector<Batch>& batches) {
  for (const Batch& batch : batches) {
    Sending& sending = sendings_.at(batch->batch());
    sending.on_route[route] = false;
    if (!sending.on_route[1 - route]) SendOver(ChooseRoute(), batch);
  }
}

void ClientHost::FinishIfDone() {
  if (finishing_ && flows_.empty()) on_finished_();
}

}  // namespace oneway::test::crash
