// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/observer.h"

#include <grpcpp/grpcpp.h>

#include <map>
#include <utility>

#include "absl/status/status.h"
#include "cli/server.h"
#include "common/rpc/channel.h"

namespace oneway::cli::demo {
namespace {

// A table that is late is worse than one that lacks a joiner's part.
constexpr std::chrono::milliseconds kAnswerWaitMax{900};

template <typename Request, typename Reply>
absl::Status Ask(v1::Query::Stub& query,
                 grpc::Status (v1::Query::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                 const Request& request, Reply& reply) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAnswerWaitMax);
  const grpc::Status status = (query.*method)(&context, request, &reply);
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError("the partitioner does not answer: " + status.error_message());
}

Flow FlowOf(const v1::FlowStats& stats, uint64_t unexplained) {
  return {.name = stats.flow(),
          .started = stats.counters().started(),
          .matched = stats.counters().matched(),
          .expired = stats.counters().expired(),
          .extra = stats.counters().extra_end(),
          .open = stats.open(),
          .samples = stats.samples(),
          .oldest_seconds = stats.oldest_open_seconds(),
          .mean_seconds = stats.mean_seconds(),
          .p50_seconds = stats.p50_seconds(),
          .p95_seconds = stats.p95_seconds(),
          .p99_seconds = stats.p99_seconds(),
          .unexplained = unexplained};
}

Balance BalanceOf(const v1::FlowBalance& total) {
  return {.started = total.started(),
          .matched = total.matched(),
          .expired = total.expired(),
          .superseded = total.superseded(),
          .open = total.open(),
          .unexplained = total.unexplained()};
}

// Each joiner once, whichever of the two questions it did not answer.
std::vector<std::string> MissingIn(const v1::StatsReply& stats, const v1::BalanceReply& balance) {
  std::map<std::string, std::string> reasons;
  for (const v1::MissingJoiner& joiner : stats.missing()) reasons.emplace(joiner.joiner(), ShortReason(joiner));
  for (const v1::MissingJoiner& joiner : balance.missing()) reasons.emplace(joiner.joiner(), ShortReason(joiner));
  std::vector<std::string> missing;
  for (const auto& [joiner, reason] : reasons) missing.push_back(joiner + " " + reason);
  return missing;
}

}  // namespace

Observer::Observer(const std::string& server) : query_(v1::Query::NewStub(rpc::ChannelTo(server))) {}

absl::StatusOr<Snapshot> Observer::Look(std::chrono::milliseconds at) {
  v1::StatsReply stats;
  absl::Status status = Ask(*query_, &v1::Query::Stub::Stats, v1::StatsRequest(), stats);
  if (!status.ok()) return status;
  v1::BalanceReply balance;
  status = Ask(*query_, &v1::Query::Stub::Balance, v1::BalanceRequest(), balance);
  if (!status.ok()) return status;
  return SnapshotOf(at, stats, balance);
}

Snapshot SnapshotOf(std::chrono::milliseconds at, const v1::StatsReply& stats, const v1::BalanceReply& balance) {
  std::map<std::string, uint64_t> unexplained;
  for (const v1::FlowBalance& flow : balance.flows()) unexplained[flow.flow()] = flow.unexplained();
  Snapshot snapshot{.at = at, .missing = MissingIn(stats, balance), .flows = {}, .balance = BalanceOf(balance.total())};
  for (const v1::FlowStats& flow : stats.flows()) snapshot.flows.push_back(FlowOf(flow, unexplained[flow.flow()]));
  for (const v1::JoinerIncarnation& joiner : balance.incarnations()) {
    snapshot.restarts += joiner.incarnation() > 0 ? joiner.incarnation() - 1 : 0;
  }
  return snapshot;
}

}  // namespace oneway::cli::demo
