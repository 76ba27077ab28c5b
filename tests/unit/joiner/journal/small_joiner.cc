// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/journal/small_joiner.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::journal {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(1);
constexpr Duration kLatency = std::chrono::milliseconds(3);
// A row stays where it is for so many stretches.
constexpr uint64_t kStretchesKept = 3;

}  // namespace

SmallJoiner::SmallJoiner(RocksDbStore::Options options, Duration remember)
    : options_(std::move(options)), remember_(remember) {
  Reopen();
}

void SmallJoiner::StartKeys(int keys) {
  for (int i = 0; i < keys; ++i) {
    now_ += kTick;
    const std::string key = absl::StrCat("key-", now_.count());
    const Row row = StartRow(key, now_);
    const Sequence sequence = driver_->PutNew(row);
    live_[sequence] = Render(sequence, row);
    open_[sequence] = {key, now_};
  }
}

void SmallJoiner::MatchDownTo(size_t open_max, size_t pinned) {
  while (open_.size() > std::max(open_max, pinned))
    Match(std::next(open_.begin(), static_cast<std::ptrdiff_t>(pinned))->first);
}

void SmallJoiner::Commit() {
  Forget();
  const Sequence floor = OldestKept();
  Relocate(floor);
  forgotten_.erase(forgotten_.begin(), forgotten_.lower_bound(floor));
  driver_->MoveClock(now_);
  driver_->MoveHorizon(now_ - remember_);
  driver_->MoveFloor(floor);
  const absl::Status status = driver_->Commit();
  CHECK(status.ok()) << status;
}

void SmallJoiner::Crash() {
  Reopen();
}

void SmallJoiner::Reopen() {
  driver_.reset();
  store_.reset();
  auto store = RocksDbStore::Open(options_);
  CHECK(store.ok()) << store.status();
  store_ = *std::move(store);
  driver_ = std::make_unique<JournalDriver>(*store_);
  CHECK(driver_->restored().ok()) << driver_->restored();
}

void SmallJoiner::Match(Sequence sequence) {
  const Open key = open_.at(sequence);
  const Row row = MatchedRow(key.key, key.started_at, kLatency);
  driver_->changes().Put(sequence, row);
  live_[sequence] = Render(sequence, row);
  closed_[sequence] = {key.key, key.started_at};
  open_.erase(sequence);
}

void SmallJoiner::Forget() {
  std::erase_if(closed_, [this](const auto& entry) {
    if (entry.second.started_at + kLatency >= now_ - remember_) return false;
    forgotten_.insert(live_.extract(entry.first));
    return true;
  });
}

void SmallJoiner::Relocate(Sequence below) {
  while (!open_.empty() && open_.begin()->first < below) {
    auto node = open_.extract(open_.begin());
    node.key() = MoveRow(node.key(), StartRow(node.mapped().key, node.mapped().started_at));
    open_.insert(std::move(node));
  }
  while (!closed_.empty() && closed_.begin()->first < below) {
    auto node = closed_.extract(closed_.begin());
    node.key() = MoveRow(node.key(), MatchedRow(node.mapped().key, node.mapped().started_at, kLatency));
    closed_.insert(std::move(node));
  }
}

Sequence SmallJoiner::MoveRow(Sequence from, const Row& row) {
  const Sequence to = driver_->PutNew(row);
  driver_->changes().Delete(from);
  live_.erase(from);
  live_[to] = Render(to, row);
  return to;
}

Sequence SmallJoiner::OldestKept() const {
  const uint64_t stretch = static_cast<uint64_t>(driver_->state().next_sequence) / options_.identity.stretch_rows;
  return Sequence(stretch < kStretchesKept ? 0 : (stretch - kStretchesKept) * options_.identity.stretch_rows);
}

}  // namespace oneway::journal
