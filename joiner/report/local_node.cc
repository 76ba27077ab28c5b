// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_node.h"

#include <algorithm>

#include "common/process/version.h"
#include "joiner/ingest/mark_proto.h"
#include "joiner/report/figures_proto.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

v1::JoinerNode NodeAt(const shard::Inspection& inspection, Time now) {
  v1::JoinerNode node;
  const journal::StoreFigures store = inspection.store.Figures();
  ingest::Fill(inspection.view.mark, *node.mutable_mark());
  node.set_incarnation(store.runs);
  node.set_open_keys(inspection.view.open_keys);
  node.set_remembered_keys(inspection.view.closed_keys);
  node.set_keys_bytes(inspection.view.memory_bytes);
  node.set_ledger_bytes(inspection.ledger.memory_bytes());
  node.set_fsync_seconds(Seconds(store.last_sync));
  node.set_clock_lag_seconds(Seconds(now - inspection.view.state.joiner_clock));
  return node;
}

void FillSlots(const LocalQueryParts& parts, v1::JoinerNode& node) {
  const std::vector<hash::SlotId> slots = parts.slots.SlotsOf(parts.own);
  if (slots.empty()) return;
  node.set_slot_begin(static_cast<uint32_t>(slots.front()));
  node.set_slot_end(static_cast<uint32_t>(slots.back()) + 1);
}

void FillProcess(const NodeFigures& figures, MonotonicTime now, v1::JoinerNode& node) {
  node.set_address(figures.address);
  node.set_version(process::Version());
  node.set_uptime_seconds(Seconds(now - figures.serves_since));
  node.set_keys_bytes_max(figures.keys_bytes_max);
  node.set_disk_free_bytes(figures.disk.free_bytes);
  node.set_disk_low(figures.disk.low);
  node.set_streams(static_cast<uint32_t>(figures.streams));
  node.set_recovery_seconds(Seconds(figures.recovery.duration));
  node.set_recovery_rows(figures.recovery.rows);
}

}  // namespace

grpc::Status AnswerNode(const LocalQueryParts& parts, v1::JoinerNode& reply) {
  const auto node = shard::InspectAndWait(
      parts.committer, false, kAnswerWaitMax,
      [now = parts.clock.Wall()](const shard::Inspection& inspection) { return NodeAt(inspection, now); });
  if (!node) return TooBusy();
  reply = *node;
  reply.set_joiner(parts.joiner);
  reply.set_shards(static_cast<uint32_t>(parts.runners.size()));
  FillSlots(parts, reply);
  const MonotonicTime now = parts.clock.Monotonic();
  FillProcess(parts.node(), now, reply);
  const shard::CommitFigures commits = parts.committer.figures();
  reply.set_commit_seconds(Seconds(commits.last));
  reply.set_commits_per_second(commits.rate.PerSecond(now));
  uint64_t waiting = 0;
  for (shard::Runner* runner : parts.runners) waiting += runner->inbox().waiting_bytes();
  reply.set_inbox_bytes(waiting);
  return grpc::Status::OK;
}

}  // namespace oneway::report
