// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/series_table.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::partitioner::route {

size_t SeriesName::wire_bytes() const {
  constexpr size_t kFieldBytes = 8;  // tags and lengths of one message or string
  size_t bytes = 3 * kFieldBytes + flow.size();
  for (const auto& [label, value] : labels) bytes += 3 * kFieldBytes + label.size() + value.size();
  return bytes;
}

SeriesTable::SeriesTable(Options options) : options_(options) {}

SeriesTable::~SeriesTable() = default;

std::optional<SeriesNumber> SeriesTable::Take(SeriesName name) {
  std::sort(name.labels.begin(), name.labels.end());
  const sync::MutexLock lock(mutex_);
  const auto known = by_name_.find(name);
  Entry* entry = known != by_name_.end() ? known->get() : Add(std::move(name));
  if (entry == nullptr) return std::nullopt;
  if (entry->held++ == 0) held_.splice(held_.end(), idle_, entry->place);
  return entry->number;
}

void SeriesTable::Release(std::span<const SeriesNumber> numbers) {
  const sync::MutexLock lock(mutex_);
  for (const SeriesNumber number : numbers) {
    const auto found = by_number_.find(number);
    CHECK(found != by_number_.end() && found->second->held > 0) << "a series was released that nobody holds";
    Entry& entry = *found->second;
    if (--entry.held == 0) idle_.splice(idle_.end(), held_, entry.place);
  }
}

SeriesTable::Entry* SeriesTable::Add(SeriesName name) {
  const size_t bytes = BytesOf(name);
  if (!MakeRoomFor(bytes)) return nullptr;
  bytes_ += bytes;
  auto entry = std::make_unique<Entry>(Entry{.name = std::move(name), .number = SeriesNumber(next_number_++)});
  entry->place = idle_.insert(idle_.end(), entry.get());
  by_number_.emplace(entry->number, entry.get());
  return by_name_.insert(std::move(entry)).first->get();
}

bool SeriesTable::MakeRoomFor(size_t bytes) {
  while (by_name_.size() >= options_.series_max || bytes_ + bytes > options_.bytes_max) {
    if (idle_.empty()) return false;
    const Entry* oldest = idle_.front();
    idle_.pop_front();
    bytes_ -= BytesOf(oldest->name);
    by_number_.erase(oldest->number);
    by_name_.erase(by_name_.find(oldest->name));
    ++forgotten_;
  }
  return true;
}

// Nodes, strings and the shares of two tables at their emptiest.
size_t SeriesTable::BytesOf(const SeriesName& name) {
  constexpr size_t kEntryBytes = sizeof(Entry) + 128;
  constexpr size_t kStringBytes = 16;  // of the allocator
  size_t bytes = kEntryBytes + name.flow.size();
  for (const auto& [label, value] : name.labels) {
    bytes += sizeof(Label) + label.size() + value.size() + 2 * kStringBytes;
  }
  return bytes;
}

const SeriesName& SeriesTable::Of(SeriesNumber number) const {
  const sync::MutexLock lock(mutex_);
  const auto found = by_number_.find(number);
  CHECK(found != by_number_.end() && found->second->held > 0) << "the name of a series that nobody holds";
  return found->second->name;
}

size_t SeriesTable::size() const {
  const sync::MutexLock lock(mutex_);
  return by_name_.size();
}

size_t SeriesTable::memory_bytes() const {
  const sync::MutexLock lock(mutex_);
  return bytes_;
}

uint64_t SeriesTable::forgotten() const {
  const sync::MutexLock lock(mutex_);
  return forgotten_;
}

std::optional<SeriesNumber> HeldSeries::Take(SeriesTable& table, SeriesName name) {
  const std::optional<SeriesNumber> number = table.Take(std::move(name));
  table_ = &table;
  if (number) numbers_.push_back(*number);
  return number;
}

void HeldSeries::Release() {
  if (numbers_.empty()) return;
  table_->Release(numbers_);
  numbers_.clear();
}

}  // namespace oneway::partitioner::route
