// SPDX-License-Identifier: Apache-2.0
#include "common/query/cluster_query.h"

#include <algorithm>

#include "common/query/gather.h"
#include "common/query/merge_balance.h"
#include "common/query/merge_keys.h"
#include "common/query/merge_stats.h"
#include "common/query/merge_timeline.h"
#include "common/query/request_check.h"
#include "common/query/window.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"

namespace oneway::query {
ClusterQuery::ClusterQuery(const process::ClusterConfig& cluster, const time::Clock& clock, Duration joiner_timeout)
    : seed_(cluster.seed),
      slots_(hash::SlotMap::EqualRanges(static_cast<uint32_t>(cluster.joiners.size()))),
      clock_(clock),
      joiner_timeout_(joiner_timeout) {
  for (const process::JoinerAddress& joiner : cluster.joiners) {
    peers_.push_back({joiner.name, joiner.address, v1::JoinerQuery::NewStub(rpc::ChannelTo(joiner.address))});
  }
}

std::vector<const JoinerPeer*> ClusterQuery::AllPeers() const {
  std::vector<const JoinerPeer*> all;
  for (const JoinerPeer& peer : peers_) all.push_back(&peer);
  return all;
}

grpc::Status ClusterQuery::Stats(grpc::ServerContext* context, const v1::StatsRequest* request, v1::StatsReply* reply) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);
  const Time now = clock_.Wall();
  StatsMerger merger(WindowOf(request->window_seconds(), request->until_unix_nanos(), now), now);
  MissingJoiners missing;
  Gather<v1::StatsRequest, v1::LocalStatsReply>(
      AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalStats, *request, *context,
      DeadlineFor(*context, joiner_timeout_), missing,
      [&merger](const v1::LocalStatsReply& stats) { return merger.Add(stats); });
  *reply = merger.Merged();
  reply->mutable_missing()->Swap(&missing);
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Timeline(grpc::ServerContext* context, const v1::TimelineRequest* request,
                                    v1::TimelineReply* reply) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);
  const v1::TimelineRequest resolved = Resolved(*request, clock_.Wall());
  TimelineMerger merger(resolved);
  MissingJoiners missing;
  Gather<v1::TimelineRequest, v1::LocalTimelineReply>(
      AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalTimeline, resolved, *context,
      DeadlineFor(*context, joiner_timeout_), missing,
      [&merger](const v1::LocalTimelineReply& timeline) { return merger.Add(timeline); });
  *reply = merger.Merged();
  reply->mutable_missing()->Swap(&missing);
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Overdue(grpc::ServerContext* context, const v1::OverdueRequest* request,
                                   v1::OverdueReply* reply) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);
  std::vector<v1::OverdueReply> parts;
  MissingJoiners missing;
  Gather<v1::OverdueRequest, v1::OverdueReply>(AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalOverdue, *request,
                                               *context, DeadlineFor(*context, joiner_timeout_), missing,
                                               [&parts](const v1::OverdueReply& part) {
                                                 parts.push_back(part);
                                                 return absl::OkStatus();
                                               });
  *reply = MergeOverdue(parts, LimitOf(*request));
  reply->set_now_unix_nanos(ToUnixNanos(clock_.Wall()));
  reply->mutable_missing()->Swap(&missing);
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Slowest(grpc::ServerContext* context, const v1::SlowestRequest* request,
                                   v1::SlowestReply* reply) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);
  std::vector<v1::SlowestReply> parts;
  MissingJoiners missing;
  Gather<v1::SlowestRequest, v1::SlowestReply>(AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalSlowest, *request,
                                               *context, DeadlineFor(*context, joiner_timeout_), missing,
                                               [&parts](const v1::SlowestReply& part) {
                                                 parts.push_back(part);
                                                 return absl::OkStatus();
                                               });
  *reply = MergeSlowest(parts, LimitOf(*request));
  reply->mutable_missing()->Swap(&missing);
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Cluster(grpc::ServerContext* context, const v1::ClusterRequest* request,
                                   v1::ClusterReply* reply) {
  Gather<v1::ClusterRequest, v1::JoinerNode>(AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalNode, *request,
                                             *context, DeadlineFor(*context, joiner_timeout_),
                                             *reply->mutable_missing(), [reply](const v1::JoinerNode& node) {
                                               *reply->add_joiners() = node;
                                               return absl::OkStatus();
                                             });
  for (v1::JoinerNode& node : *reply->mutable_joiners()) {
    const auto peer = std::find_if(peers_.begin(), peers_.end(),
                                   [&node](const JoinerPeer& known) { return known.name == node.joiner(); });
    if (peer != peers_.end()) node.set_address(peer->address);
  }
  std::sort(reply->mutable_joiners()->begin(), reply->mutable_joiners()->end(),
            [](const v1::JoinerNode& a, const v1::JoinerNode& b) { return a.joiner() < b.joiner(); });
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Key(grpc::ServerContext* context, const v1::KeyRequest* request, v1::KeyReply* reply) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);

  const hash::SlotId slot = hash::SlotOf(hash::FingerprintOf(seed_, request->flow(), request->key()));
  const JoinerPeer& owner = peers_[static_cast<uint32_t>(slots_.OwnerOf(slot))];
  const auto answers = AskAll<v1::KeyRequest, v1::KeyReply>({&owner}, &v1::JoinerQuery::Stub::PrepareAsyncLocalKey,
                                                            *request, *context, DeadlineFor(*context, joiner_timeout_));
  const auto& [status, key] = answers.front();
  if (!status.ok()) {
    *reply->add_missing() = Missing(owner, status);
  } else if (IsSomebodyElse(owner, key.joiner())) {
    *reply->add_missing() = MissingAsSomebodyElse(owner, key.joiner());
  } else {
    *reply = key;
    reply->set_joiner(owner.name);
    reply->set_slot(static_cast<uint32_t>(slot));
  }
  return grpc::Status::OK;
}

grpc::Status ClusterQuery::Balance(grpc::ServerContext* context, const v1::BalanceRequest* request,
                                   v1::BalanceReply* reply) {
  const auto answers =
      AskAll<v1::BalanceRequest, v1::BalanceReply>(AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalBalance,
                                                   *request, *context, DeadlineFor(*context, joiner_timeout_));
  std::vector<v1::BalanceReply> balances;
  std::vector<v1::MissingJoiner> missing;
  for (size_t i = 0; i < peers_.size(); ++i) {
    if (answers[i].status.ok()) {
      balances.push_back(answers[i].reply);
    } else {
      missing.push_back(Missing(peers_[i], answers[i].status));
    }
  }
  *reply = MergeBalances(balances);
  reply->mutable_missing()->Add(missing.begin(), missing.end());
  return grpc::Status::OK;
}

}  // namespace oneway::query
