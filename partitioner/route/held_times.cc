// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/held_times.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::partitioner::route {
namespace {

void Lower(std::optional<Time>& oldest, const std::optional<Time>& time) {
  if (time && (!oldest || *time < *oldest)) oldest = time;
}

}  // namespace

HeldTimes::HeldTimes(Options options) : options_(options) {}

HeldTimes::ClientId HeldTimes::Join() {
  const sync::MutexLock lock(mutex_);
  const auto id = ClientId(next_client_++);
  clients_.emplace(id, Client{});
  return id;
}

void HeldTimes::BatchRead(ClientId id, std::optional<Time> said, std::optional<Time> in_batch, MonotonicTime now) {
  const sync::MutexLock lock(mutex_);
  Client& client = clients_.at(id);
  client.said = said;
  client.routing = in_batch;
  ++client.unanswered;
  client.quiet_since = now;
}

void HeldTimes::BatchRouted(ClientId id) {
  const sync::MutexLock lock(mutex_);
  clients_.at(id).routing.reset();
}

void HeldTimes::BatchAnswered(ClientId id, MonotonicTime now) {
  const sync::MutexLock lock(mutex_);
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;  // it left before its events were settled
  CHECK_GT(found->second.unanswered, 0u);
  --found->second.unanswered;
  found->second.quiet_since = now;
}

void HeldTimes::Leave(ClientId id, MonotonicTime now) {
  const sync::MutexLock lock(mutex_);
  const auto found = clients_.find(id);
  CHECK(found != clients_.end());
  const Duration hold = found->second.unanswered == 0 ? options_.idle_hold : options_.gone_hold;
  if (found->second.said) {
    const auto lapses_at = std::chrono::ceil<std::chrono::seconds>((now + hold).time_since_epoch());
    const auto [entry, added] = lapsing_.emplace(lapses_at, *found->second.said);
    if (!added) entry->second = std::min(entry->second, *found->second.said);
  }
  clients_.erase(found);
}

std::optional<Time> HeldTimes::Oldest(MonotonicTime now) {
  std::optional<Time> oldest;
  const sync::MutexLock lock(mutex_);
  for (const auto& [id, client] : clients_) {
    Lower(oldest, client.routing);
    if (client.unanswered > 0 || now - client.quiet_since < options_.idle_hold) Lower(oldest, client.said);
  }
  while (!lapsing_.empty() && lapsing_.begin()->first <= now.time_since_epoch()) lapsing_.erase(lapsing_.begin());
  for (const auto& [lapses_at, time] : lapsing_) Lower(oldest, time);
  return oldest;
}

}  // namespace oneway::partitioner::route
