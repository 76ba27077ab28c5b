// SPDX-License-Identifier: Apache-2.0
#include "joiner/shard/committer.h"

#include <glog/logging.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace oneway::shard {
namespace {

constexpr Duration kWallJumpMax = join::JoinerClock::Options{}.gap_max;

uint64_t EventsOf(const std::vector<std::unique_ptr<Part>>& parts) {
  return std::accumulate(parts.begin(), parts.end(), uint64_t{0},
                         [](uint64_t events, const auto& part) { return events + part->figures.events; });
}

}  // namespace

Committer::Committer(Options options, Parts parts, const journal::JournalState& restored,
                     std::function<void(const absl::Status&)> on_failure)
    : options_(options),
      parts_(parts),
      on_failure_(std::move(on_failure)),
      last_tick_(ReadClocks()),
      joiner_clock_({.expiry_hold_max = options.expiry_hold_max, .stall_hold = options.stall_hold},
                    restored.joiner_clock, last_tick_),
      durable_(restored) {}

Committer::~Committer() {
  CHECK(!thread_.joinable()) << "Stop the committer before it goes";
}

CommitterLink Committer::Link() {
  return {.on_content = [this](uint64_t ordinal) { OnContent(ordinal); },
          .on_sealed = [this](size_t shard, std::unique_ptr<Part> part) { OnSealed(shard, std::move(part)); },
          .on_low_mark = [this](uint64_t stream, Time low_mark) { OnLowMark(stream, low_mark); },
          .durable_before = [this](uint64_t ordinal) { return DurableBefore(ordinal); },
          .tail = tail_};
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
  if (awaits_content_) changed_.NotifyAll();
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
  while (!stopping_ && requests_.empty() && changed_.WaitUntil(mutex_, spacing_.next_at())) {
  }
  // With much to do there is content by now, and no shard has to wake anybody for it.
  awaits_content_ = true;
  while (!stopping_ && requests_.empty() && content_ordinal_ < open_.ordinal) {
    if (!changed_.WaitUntil(mutex_, tick_at)) break;
  }
  awaits_content_ = false;
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
  const auto sealed_at = CommitSpacing::Clock::now();
  SealedParts parts = SealAll(next, count_open);
  spacing_.Committed(sealed_at, EventsOf(parts));
  if (MustWrite(parts)) {
    if (const absl::Status status = Write(parts); !status.ok()) {
      Fail(status);
      return false;
    }
    CountCommit(began_at);
  }
  for (const auto& part : parts) slowest_.Add(std::exchange(part->slow, {}));
  Publish(parts);
  Release(parts);
  AnswerInspections(parts, std::move(requests), next.joiner_clock);
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
  figures_.last = now - began_at;
  figures_.rate.Note(now);
}

Opening Committer::NextOpening() {
  const join::JoinerClock::Now now = ReadClocks();
  const journal::Sequence relocate_below = RelocateBelow();
  const sync::MutexLock lock(clock_mutex_);
  last_tick_ = now;
  return {.ordinal = open_.ordinal + 1,
          .joiner_clock = joiner_clock_.Tick(now),
          .at = now.monotonic,
          .relocate_below = relocate_below,
          .takes_new_keys = takes_new_keys_};
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

}  // namespace oneway::shard
