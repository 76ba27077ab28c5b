// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/committer.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

namespace oneway::shard {
namespace {

constexpr uint64_t Value(journal::Sequence sequence) {
  return static_cast<uint64_t>(sequence);
}

// Relocation starts when dead rows exceed this share of the live ones (1/16), or one stretch, whichever is more.
constexpr uint64_t kDeadShareDivisor = 16;
constexpr Duration kWallJumpMax = join::JoinerClock::Options{}.gap_max;

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

Committer::Committer(Options options, Parts parts, const journal::JournalState& restored,
                     std::function<void(const absl::Status&)> on_failure)
    : options_(options),
      parts_(parts),
      on_failure_(std::move(on_failure)),
      last_tick_(ReadClocks()),
      joiner_clock_({.expiry_hold_max = options.expiry_hold_max}, restored.joiner_clock, last_tick_),
      durable_(restored) {}

Committer::~Committer() {
  CHECK(!thread_.joinable()) << "Stop the committer before it goes";
}

CommitterLink Committer::Link() {
  return {.on_content = [this](uint64_t ordinal) { OnContent(ordinal); },
          .on_sealed = [this](size_t shard, std::unique_ptr<Part> part) { OnSealed(shard, std::move(part)); },
          .on_low_mark = [this](uint64_t stream, Time low_mark) { OnLowMark(stream, low_mark); },
          .durable_before = [this](uint64_t ordinal) { return DurableBefore(ordinal); }};
}

void Committer::Start(std::vector<Runner*> runners) {
  runners_ = std::move(runners);
  open_ = NextOpening();
  {
    const sync::MutexLock lock(mutex_);
    sealed_.resize(runners_.size());
    view_ = std::make_shared<const DurableView>(DurableView{.mark = parts_.store.Durable(), .state = durable_});
  }
  for (Runner* runner : runners_) {
    spare_.push_back(std::make_unique<Part>());
    runner->Start(open_, std::make_unique<Part>());
  }
  thread_ = std::thread([this] { Run(); });
}

void Committer::Stop() {
  {
    const sync::MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Committer::Inspect(bool count_open, std::function<void(const Inspection&)> inspect) {
  const sync::MutexLock lock(mutex_);
  if (stopping_ || !failure_.ok() || requests_.size() >= options_.inspections_max) return;
  requests_.push_back({count_open, std::move(inspect)});
  changed_.NotifyAll();
}

std::shared_ptr<const DurableView> Committer::view() const {
  const sync::MutexLock lock(mutex_);
  return view_;
}

CommitFigures Committer::figures() const {
  const sync::MutexLock lock(mutex_);
  return figures_;
}

absl::Status Committer::failure() const {
  const sync::MutexLock lock(mutex_);
  return failure_;
}

WallReading Committer::ReadWall() const {
  const join::JoinerClock::Now now = ReadClocks();
  const sync::MutexLock lock(clock_mutex_);
  const Duration jump = (now.wall - last_tick_.wall) - (now.monotonic - last_tick_.monotonic);
  return {.now = now.wall, .alarmed = joiner_clock_.alarmed() || std::chrono::abs(jump) > kWallJumpMax};
}

join::JoinerClock::Now Committer::ReadClocks() const {
  return {.wall = parts_.clock.Wall(), .monotonic = parts_.clock.Monotonic()};
}

void Committer::OnContent(uint64_t ordinal) {
  const sync::MutexLock lock(mutex_);
  content_ordinal_ = std::max(content_ordinal_, ordinal);
  changed_.NotifyAll();
}

void Committer::OnSealed(size_t shard, std::unique_ptr<Part> part) {
  const sync::MutexLock lock(mutex_);
  sealed_[shard] = std::move(part);
  ++sealed_count_;
  if (sealed_count_ == sealed_.size()) changed_.NotifyAll();
}

void Committer::OnLowMark(uint64_t stream, Time low_mark) {
  const sync::MutexLock lock(clock_mutex_);
  joiner_clock_.Hear(stream, low_mark, parts_.clock.Monotonic());
}

std::optional<journal::Mark> Committer::DurableBefore(uint64_t ordinal) const {
  const sync::MutexLock lock(mutex_);
  if (durable_ordinal_ + 1 < ordinal) return std::nullopt;
  return view_->mark;
}

void Committer::Run() {
  while (WaitForReason()) {
    if (!CommitOnce()) return;
  }
  CommitAllThatIsLeft();
}

bool Committer::WaitForReason() {
  const auto tick_at = std::chrono::steady_clock::now() + options_.tick;
  const sync::MutexLock lock(mutex_);
  while (!stopping_ && requests_.empty() && content_ordinal_ < open_.ordinal) {
    if (!changed_.WaitUntil(mutex_, tick_at)) break;
  }
  return !stopping_;
}

void Committer::CommitAllThatIsLeft() {
  bool all_taken = false;
  while (!all_taken) {
    // A seal overtakes waiting work, so work that waits now may miss the next commit, but not one after it was taken.
    all_taken = std::all_of(runners_.begin(), runners_.end(),
                            [](Runner* runner) { return runner->inbox().waiting_bytes() == 0; });
    if (!CommitOnce()) return;
  }
}

bool Committer::CommitOnce() {
  const MonotonicTime began_at = parts_.clock.Monotonic();
  std::vector<Request> requests;
  {
    const sync::MutexLock lock(mutex_);
    requests.swap(requests_);
  }
  const bool count_open =
      std::any_of(requests.begin(), requests.end(), [](const Request& request) { return request.count_open; });
  const Opening next = NextOpening();
  SealedParts parts = SealAll(next, count_open);
  if (MustWrite(parts)) {
    if (const absl::Status status = Write(parts); !status.ok()) {
      Fail(status);
      return false;
    }
    CountCommit(began_at);
  }
  Publish(parts);
  Release(parts);
  AnswerInspections(parts, std::move(requests));
  for (size_t shard = 0; shard < parts.size(); ++shard) {
    parts[shard]->Clear();
    spare_[shard] = std::move(parts[shard]);
  }
  open_ = next;
  return true;
}

void Committer::Fail(const absl::Status& status) {
  std::vector<Request> dropped;
  {
    const sync::MutexLock lock(mutex_);
    failure_ = status;
    dropped.swap(requests_);
  }
  // Nothing will be sealed any more, so nobody may wait for room.
  for (Runner* runner : runners_) runner->inbox().Close();
  on_failure_(status);
}

void Committer::CountCommit(MonotonicTime began_at) {
  const MonotonicTime now = parts_.clock.Monotonic();
  last_write_at_ = now;
  const sync::MutexLock lock(mutex_);
  ++figures_.commits;
  figures_.duration.Record(now - began_at);
}

Opening Committer::NextOpening() {
  const join::JoinerClock::Now now = ReadClocks();
  const journal::Sequence relocate_below = RelocateBelow();
  const sync::MutexLock lock(clock_mutex_);
  last_tick_ = now;
  return {.ordinal = open_.ordinal + 1, .joiner_clock = joiner_clock_.Tick(now), .relocate_below = relocate_below};
}

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

Committer::SealedParts Committer::SealAll(const Opening& next, bool count_open) {
  for (size_t shard = 0; shard < runners_.size(); ++shard) {
    runners_[shard]->inbox().PutSeal({.next = next, .fresh = std::move(spare_[shard]), .count_open = count_open});
  }
  const sync::MutexLock lock(mutex_);
  while (sealed_count_ < sealed_.size()) changed_.Wait(mutex_);
  sealed_count_ = 0;
  SealedParts parts(sealed_.size());
  parts.swap(sealed_);
  return parts;
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

void Committer::AnswerInspections(const SealedParts& parts, std::vector<Request> requests) {
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
                     .store = parts_.store,
                     .open_counts = request.count_open ? &open_counts : nullptr});
  }
}

}  // namespace oneway::shard
