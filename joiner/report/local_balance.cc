// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_balance.h"

#include <algorithm>

#include "joiner/ingest/mark_proto.h"
#include "joiner/report/figures_proto.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

void AddTo(const oneway::v1::FlowBalance& flow, oneway::v1::FlowBalance& total) {
  total.set_started(total.started() + flow.started());
  total.set_matched(total.matched() + flow.matched());
  total.set_expired(total.expired() + flow.expired());
  total.set_superseded(total.superseded() + flow.superseded());
  total.set_open(total.open() + flow.open());
  total.set_unexplained(total.unexplained() + flow.unexplained());
}

v1::FlowBalance BalanceOf(const ledger::Counters& counters, uint64_t open) {
  v1::FlowBalance balance;
  balance.set_started(Get(counters, ledger::Counter::kStarted));
  balance.set_matched(Get(counters, ledger::Counter::kMatched));
  balance.set_expired(Get(counters, ledger::Counter::kExpired));
  balance.set_superseded(Get(counters, ledger::Counter::kSuperseded));
  balance.set_open(open);
  const uint64_t explained = balance.matched() + balance.expired() + balance.superseded() + balance.open();
  balance.set_unexplained(std::max(explained, balance.started()) - std::min(explained, balance.started()));
  return balance;
}

void FillBalance(const LocalQueryParts& parts, const shard::Inspection& inspection, v1::BalanceReply& reply) {
  ingest::Fill(inspection.view.mark, *reply.mutable_mark());
  reply.set_joiners(1);
  v1::JoinerIncarnation& incarnation = *reply.add_incarnations();
  incarnation.set_joiner(parts.joiner);
  incarnation.set_incarnation(inspection.store.Figures().runs);
  *incarnation.mutable_mark() = reply.mark();
  for (const auto& [flow, name] : parts.dictionary.Flows()) {
    const auto index = static_cast<size_t>(flow);
    const uint64_t open = index < inspection.open_counts->size() ? (*inspection.open_counts)[index] : 0;
    v1::FlowBalance& balance = *reply.add_flows();
    balance = BalanceOf(inspection.ledger.TotalOf(flow).counters, open);
    balance.set_flow(name);
    AddTo(balance, *reply.mutable_total());
  }
}

}  // namespace

grpc::Status AnswerBalance(const LocalQueryParts& parts, v1::BalanceReply& reply) {
  const auto filled =
      shard::InspectAndWait(parts.committer, true, kAnswerWaitMax, [&parts](const shard::Inspection& inspection) {
        v1::BalanceReply answer;
        FillBalance(parts, inspection, answer);
        return answer;
      });
  if (!filled) return TooBusy();
  reply = *filled;
  return grpc::Status::OK;
}

}  // namespace oneway::report
