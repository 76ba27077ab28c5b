// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_balance.h"

#include <algorithm>
#include <map>
#include <string>

namespace oneway::query {
namespace {

// Computed again from the numbers, and believed only if it is not less than what the joiner says itself.
uint64_t Unexplained(const v1::FlowBalance& balance) {
  const uint64_t explained = balance.matched() + balance.expired() + balance.superseded() + balance.open();
  const uint64_t difference =
      explained > balance.started() ? explained - balance.started() : balance.started() - explained;
  return std::max(difference, balance.unexplained());
}

void AddTo(const v1::FlowBalance& balance, uint64_t unexplained, v1::FlowBalance& sum) {
  sum.set_started(sum.started() + balance.started());
  sum.set_matched(sum.matched() + balance.matched());
  sum.set_expired(sum.expired() + balance.expired());
  sum.set_superseded(sum.superseded() + balance.superseded());
  sum.set_open(sum.open() + balance.open());
  sum.set_unexplained(sum.unexplained() + unexplained);
}

void AddIncarnations(const std::vector<v1::BalanceReply>& joiners, v1::BalanceReply& reply) {
  for (const v1::BalanceReply& joiner : joiners) reply.mutable_incarnations()->MergeFrom(joiner.incarnations());
  std::sort(reply.mutable_incarnations()->begin(), reply.mutable_incarnations()->end(),
            [](const v1::JoinerIncarnation& a, const v1::JoinerIncarnation& b) { return a.joiner() < b.joiner(); });
}

}  // namespace

v1::BalanceReply MergeBalances(const std::vector<v1::BalanceReply>& joiners) {
  std::map<std::string, v1::FlowBalance> flows;
  v1::BalanceReply reply;
  for (const v1::BalanceReply& joiner : joiners) {
    for (const v1::FlowBalance& balance : joiner.flows()) {
      const uint64_t unexplained = Unexplained(balance);
      AddTo(balance, unexplained, flows[balance.flow()]);
      AddTo(balance, unexplained, *reply.mutable_total());
    }
  }
  AddIncarnations(joiners, reply);
  reply.mutable_total();  // present also when there is no flow yet
  for (auto& [name, balance] : flows) {
    balance.set_flow(name);
    *reply.add_flows() = std::move(balance);
  }
  reply.set_joiners(static_cast<uint32_t>(joiners.size()));
  return reply;
}

}  // namespace oneway::query
