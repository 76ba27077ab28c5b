// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/changes.h"

#include <glog/logging.h>

#include <algorithm>

#include "joiner/journal/row_codec.h"

namespace oneway::journal {
namespace {

constexpr size_t kIndexSizeMin = 64;
static_assert(kRowBytesMax <= UINT16_MAX);  // Change::size

// Fibonacci hashing: the high bits of the product spread neighbours well.
size_t BucketOf(Sequence sequence, size_t buckets) {
  return (static_cast<uint64_t>(sequence) * 0x9E3779B97F4A7C15u >> 20) & (buckets - 1);
}

}  // namespace

void Changes::PutNew(Sequence sequence, const Row& row) {
  if (!new_.empty()) CHECK(sequence > new_.back().sequence) << "PutNew of a sequence that is not the latest";
  const bool follows =
      !new_.empty() && static_cast<uint64_t>(sequence) == static_cast<uint64_t>(new_.back().sequence) + 1;
  if (!follows) stretches_.push_back({sequence, static_cast<uint32_t>(new_.size())});
  Change& change = new_.emplace_back();
  change.sequence = sequence;
  Fill(change, row);
}

void Changes::Put(Sequence sequence, const Row& row) {
  Change* fresh = FindNew(sequence);
  Fill(fresh != nullptr ? *fresh : FindOrAddOlder(sequence), row);
}

void Changes::Delete(Sequence sequence) {
  if (Change* fresh = FindNew(sequence)) {
    if (fresh->action == Action::kPut) --changes_;
    fresh->action = Action::kNothing;
    return;
  }
  Change& change = FindOrAddOlder(sequence);
  if (change.action == Action::kNothing) ++changes_;
  change.action = Action::kDelete;
}

void Changes::MoveTo(EncodedChanges& encoded) {
  CHECK(encoded.empty() && encoded.bytes.empty());
  Append(older_, encoded);
  Append(new_, encoded);
  bytes_.swap(encoded.bytes);
  Clear();
}

void Changes::Append(const std::vector<Change>& all, EncodedChanges& encoded) {
  for (const Change& change : all) {
    if (change.action == Action::kPut) encoded.puts.push_back({change.sequence, change.offset, change.size});
    if (change.action == Action::kDelete) encoded.deletes.push_back(change.sequence);
  }
}

void Changes::Clear() {
  new_.clear();
  stretches_.clear();
  if (!older_.empty()) std::fill(index_.begin(), index_.end(), 0);
  older_.clear();
  bytes_.clear();
  changes_ = 0;
}

void Changes::Fill(Change& change, const Row& row) {
  if (change.action == Action::kNothing) ++changes_;
  change.action = Action::kPut;
  const size_t offset = bytes_.size();
  EncodeRow(change.sequence, row, bytes_);
  CHECK_LE(bytes_.size(), UINT32_MAX);
  change.offset = static_cast<uint32_t>(offset);
  change.size = static_cast<uint16_t>(bytes_.size() - offset);
}

Changes::Change* Changes::FindNew(Sequence sequence) {
  if (new_.empty() || sequence < new_.front().sequence) return nullptr;
  // Few: a stretch is up to 4096 rows long, and the rows of this commit fill few of them.
  auto after = std::upper_bound(stretches_.begin(), stretches_.end(), sequence,
                                [](Sequence wanted, const Stretch& stretch) { return wanted < stretch.first; });
  const Stretch& stretch = *std::prev(after);
  const size_t end = after == stretches_.end() ? new_.size() : after->begin;
  const uint64_t at = stretch.begin + (static_cast<uint64_t>(sequence) - static_cast<uint64_t>(stretch.first));
  return at < end ? &new_[at] : nullptr;
}

Changes::Change& Changes::FindOrAddOlder(Sequence sequence) {
  if (2 * (older_.size() + 1) > index_.size()) GrowIndex();
  size_t bucket = BucketOf(sequence, index_.size());
  for (; index_[bucket] != 0; bucket = (bucket + 1) & (index_.size() - 1)) {
    Change& change = older_[index_[bucket] - 1];
    if (change.sequence == sequence) return change;
  }
  Change& change = older_.emplace_back();
  change.sequence = sequence;
  index_[bucket] = static_cast<uint32_t>(older_.size());
  return change;
}

void Changes::GrowIndex() {
  index_.assign(std::max(kIndexSizeMin, index_.size() * 2), 0);
  for (size_t i = 0; i < older_.size(); ++i) {
    size_t bucket = BucketOf(older_[i].sequence, index_.size());
    while (index_[bucket] != 0) bucket = (bucket + 1) & (index_.size() - 1);
    index_[bucket] = static_cast<uint32_t>(i + 1);
  }
}

}  // namespace oneway::journal
