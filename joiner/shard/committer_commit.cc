// SPDX-License-Identifier: Apache-2.0
//
// What a commit holds, and what it shows once it is durable.
#include <algorithm>
#include <utility>

#include "joiner/shard/committer.h"

namespace oneway::shard {
namespace {

constexpr uint64_t Value(journal::Sequence sequence) {
  return static_cast<uint64_t>(sequence);
}

// Relocation starts when dead rows exceed this share of the live ones (1/16), or one stretch, whichever is more.
constexpr uint64_t kDeadShareDivisor = 16;

void AddFlows(const std::vector<join::FlowFigures>& from, std::vector<join::FlowFigures>& to) {
  if (to.size() < from.size()) to.resize(from.size());
  for (size_t flow = 0; flow < from.size(); ++flow) {
    to[flow].open += from[flow].open;
    to[flow].early_waiting += from[flow].early_waiting;
    const auto& oldest = from[flow].oldest_open;
    if (oldest && (!to[flow].oldest_open || *oldest < *to[flow].oldest_open)) to[flow].oldest_open = oldest;
  }
}

}  // namespace

journal::Sequence Committer::RelocateBelow() const {
  const std::shared_ptr<const DurableView> view = this->view();
  if (view == nullptr) return {};
  const uint64_t floor = Value(view->state.floor);
  const uint64_t next = Value(view->state.next_sequence);
  const uint64_t lowest_stretch_end = floor + options_.stretch_rows;
  const uint64_t in_use = runners_.size() * journal::SequenceBlocks::kBlockRows;  // blocks being filled
  if (lowest_stretch_end + in_use > next) return {};
  const uint64_t rows = next - floor;
  const uint64_t dead = rows - std::min(rows, view->live_rows);
  if (dead <= std::max(options_.stretch_rows, view->live_rows / kDeadShareDivisor)) return {};
  return journal::Sequence(lowest_stretch_end);
}

bool Committer::MustWrite(const SealedParts& parts) const {
  if (!last_write_at_) return true;
  if (std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part->HasSomethingToWrite(); }))
    return true;
  if (parts_.dictionary.has_pending()) return true;
  return open_.joiner_clock > durable_.joiner_clock &&
         parts_.clock.Monotonic() - *last_write_at_ >= options_.clock_commit;
}

absl::Status Committer::Write(const SealedParts& parts) {
  journal::CommitBatch batch{.state = StateOf(parts), .horizons = HorizonsNow()};
  std::vector<const ledger::Delta*> deltas;
  for (const auto& part : parts) {
    batch.changes.push_back(&part->changes);
    deltas.push_back(&part->delta);
  }
  // After the parts were sealed: whatever series their rows use was interned before.
  parts_.dictionary.TakePending(batch.ledger);
  parts_.ledger.Stage(batch.state.commit, open_.joiner_clock, deltas, batch.ledger);
  if (absl::Status status = parts_.store.Commit(batch); !status.ok()) return status;
  parts_.ledger.Apply(deltas);
  for (const auto& part : parts) exemplars_.Take(part->exemplars);
  durable_ = batch.state;
  return absl::OkStatus();
}

journal::JournalState Committer::StateOf(const SealedParts& parts) const {
  journal::JournalState state{.commit = journal::CommitNumber(static_cast<uint64_t>(durable_.commit) + 1),
                              .joiner_clock = open_.joiner_clock,
                              .next_sequence = parts_.sequences.Next()};
  uint64_t floor = Value(state.next_sequence);
  for (const auto& part : parts) floor = std::min(floor, Value(part->figures.floor_bound));
  floor = floor / options_.stretch_rows * options_.stretch_rows;
  state.floor = journal::Sequence(std::max(floor, Value(durable_.floor)));
  return state;
}

std::shared_ptr<const journal::Horizons> Committer::HorizonsNow() const {
  auto horizons = std::make_shared<journal::Horizons>();
  const uint32_t flows = parts_.flows.size();
  horizons->reserve(flows);
  for (uint32_t flow = 0; flow < flows; ++flow) {
    horizons->push_back(parts_.flows.Of(flow::FlowId(flow)).Horizon(open_.joiner_clock));
  }
  return horizons;
}

void Committer::Publish(const SealedParts& parts) {
  auto view = std::make_shared<DurableView>(DurableView{.mark = parts_.store.Durable(), .state = durable_});
  for (const auto& part : parts) {
    AddFlows(part->figures.flows, view->flows);
    view->open_keys += part->figures.open_keys;
    view->closed_keys += part->figures.closed_keys;
    view->memory_bytes += part->figures.memory_bytes;
    view->live_rows += part->figures.live_rows;
  }
  const sync::MutexLock lock(mutex_);
  view_ = std::move(view);
  durable_ordinal_ = open_.ordinal;
}

void Committer::Release(SealedParts& parts) {
  const journal::Mark durable = parts_.store.Durable();
  for (const auto& part : parts) {
    for (const auto& release : part->releases) release(durable);
  }
}

void Committer::AnswerInspections(const SealedParts& parts, std::vector<Request> requests, Time open_clock) {
  if (requests.empty()) return;
  std::vector<uint64_t> open_counts;
  for (const auto& part : parts) {
    if (!part->open_counts) continue;
    if (open_counts.size() < part->open_counts->size()) open_counts.resize(part->open_counts->size());
    for (size_t flow = 0; flow < part->open_counts->size(); ++flow) open_counts[flow] += (*part->open_counts)[flow];
  }
  const std::shared_ptr<const DurableView> view = this->view();
  for (const Request& request : requests) {
    request.inspect({.view = *view,
                     .ledger = parts_.ledger,
                     .exemplars = exemplars_,
                     .flows = parts_.flows,
                     .store = parts_.store,
                     .slowest = slowest_,
                     .open_counts = request.count_open ? &open_counts : nullptr,
                     .open_clock = open_clock});
  }
}

}  // namespace oneway::shard
