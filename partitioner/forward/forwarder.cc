// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/forwarder.h"

#include <glog/logging.h>

#include <utility>

namespace oneway::partitioner::forward {

Forwarder::Forwarder(Options options, const Parts& parts, std::vector<JoinerPort> ports)
    : budget_(options.buffer_bytes_max, static_cast<uint32_t>(ports.size())) {
  CHECK_EQ(static_cast<size_t>(options.cluster.joiners_size()), ports.size());
  for (uint32_t i = 0; i < ports.size(); ++i) {
    auto joiner = std::make_unique<Joiner>();
    joiner->context = std::make_unique<LaneContext>(LaneContext{.joiner = hash::JoinerIndex(i),
                                                                .slot_epoch = options.cluster.slot_epoch(),
                                                                .flush_interval = options.flush_interval,
                                                                .clock = parts.clock,
                                                                .series = parts.series,
                                                                .held = parts.held,
                                                                .highest_mark = joiner->highest_mark,
                                                                .budget = budget_,
                                                                .figures = joiner->figures});
    JoinerLink::Identity identity{options.cluster, options.partitioner, options.cluster.joiners(static_cast<int>(i))};
    joiner->link =
        std::make_unique<JoinerLink>(std::move(identity), *joiner->context, std::move(ports[i]), options.backoff);
    joiners_.push_back(std::move(joiner));
  }
}

Forwarder::~Forwarder() {
  Stop();
}

void Forwarder::Start() {
  for (const auto& joiner : joiners_) joiner->link->Start();
}

void Forwarder::Stop() {
  for (const auto& joiner : joiners_) joiner->link->RequestStop();
  for (const auto& joiner : joiners_) joiner->link->Stop();
}

void Forwarder::ReadShards(std::vector<uint32_t>& shards) const {
  shards.clear();
  for (const auto& joiner : joiners_) shards.push_back(joiner->link->lanes().shards());
}

void Forwarder::Append(const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket) {
  joiners_[static_cast<size_t>(staged.joiner)]->link->lanes().Append(staged, ticket);
}

void Forwarder::AnswerStalled() {
  for (const auto& joiner : joiners_) joiner->link->lanes().AnswerStalled();
}

std::vector<Forwarder::JoinerView> Forwarder::Views() const {
  std::vector<JoinerView> views;
  for (uint32_t i = 0; i < joiners_.size(); ++i) {
    const Joiner& joiner = *joiners_[i];
    views.push_back({joiner.link->joiner(), joiner.figures, joiner.link->NotReadyReason(),
                     joiner.link->connected_lanes(), joiner.link->lanes().unsettled_events(),
                     budget_.used(hash::JoinerIndex(i))});
  }
  return views;
}

}  // namespace oneway::partitioner::forward
