// SPDX-License-Identifier: Apache-2.0
#include "common/query/cluster_query.h"

#include "absl/strings/str_cat.h"
#include "common/query/fan_out.h"
#include "common/query/merge_balance.h"
#include "common/query/merge_stats.h"
#include "common/query/request_check.h"
#include "common/rpc/channel.h"
#include "common/rpc/status.h"

namespace oneway::query {
namespace {

// Two entries of the configuration may lead to the same process by mistake; its part would count twice.
bool IsSomebodyElse(const JoinerPeer& peer, const std::string& name) {
  return !name.empty() && name != peer.name;
}

v1::MissingJoiner MissingAsSomebodyElse(const JoinerPeer& peer, const std::string& name) {
  return MissingBecause(peer, absl::StrCat("at ", peer.address, " the joiner ", name, " answers instead"));
}

}  // namespace

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

  const auto answers =
      AskAll<v1::StatsRequest, v1::LocalStatsReply>(AllPeers(), &v1::JoinerQuery::Stub::PrepareAsyncLocalStats,
                                                    *request, *context, DeadlineFor(*context, joiner_timeout_));
  StatsMerger merger;
  std::vector<v1::MissingJoiner> missing;
  for (size_t i = 0; i < peers_.size(); ++i) {
    const auto& [status, stats] = answers[i];
    if (!status.ok()) {
      missing.push_back(Missing(peers_[i], status));
    } else if (IsSomebodyElse(peers_[i], stats.joiner())) {
      missing.push_back(MissingAsSomebodyElse(peers_[i], stats.joiner()));
    } else if (absl::Status added = merger.Add(stats); !added.ok()) {
      missing.push_back(MissingBecause(peers_[i], absl::StrCat("its answer makes no sense: ", added.message())));
    }
  }
  *reply = merger.Merged(clock_.Wall());
  reply->mutable_missing()->Add(missing.begin(), missing.end());
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
