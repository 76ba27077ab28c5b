// SPDX-License-Identifier: Apache-2.0
#include "partitioner/route/series_table.h"

#include <glog/logging.h>

#include <algorithm>

namespace oneway::partitioner::route {
namespace {

// Unambiguous: lengths before bytes.
std::string CanonicalForm(const SeriesName& name) {
  std::string form = name.flow;
  for (const auto& [label, value] : name.labels) {
    form.append(1, '\0').append(1, static_cast<char>(label.size())).append(label);
    form.append(1, static_cast<char>(value.size())).append(value);
  }
  return form;
}

}  // namespace

size_t SeriesName::wire_bytes() const {
  constexpr size_t kFieldBytes = 8;  // tags and lengths of one message or string
  size_t bytes = 3 * kFieldBytes + flow.size();
  for (const auto& [label, value] : labels) bytes += 3 * kFieldBytes + label.size() + value.size();
  return bytes;
}

SeriesTable::SeriesTable(Options options) : options_(options) {}

std::optional<SeriesNumber> SeriesTable::Intern(SeriesName name) {
  std::sort(name.labels.begin(), name.labels.end());
  const sync::MutexLock lock(mutex_);
  if (name.labels.empty()) return FindOrAdd(std::move(name), options_.series_max + options_.flows_max);
  std::string flow = name.flow;
  if (const auto number = FindOrAdd(std::move(name), options_.series_max)) return number;
  ++labels_dropped_;
  return FindOrAdd({.flow = std::move(flow), .labels = {}}, options_.series_max + options_.flows_max);
}

std::optional<SeriesNumber> SeriesTable::FindOrAdd(SeriesName name, size_t size_max) {
  std::string form = CanonicalForm(name);
  if (const auto found = numbers_.find(form); found != numbers_.end()) return found->second;
  if (names_.size() >= size_max) return std::nullopt;
  const auto number = SeriesNumber(static_cast<uint32_t>(names_.size()));
  names_.push_back(std::move(name));
  numbers_.emplace(std::move(form), number);
  return number;
}

const SeriesName& SeriesTable::Of(SeriesNumber number) const {
  const sync::MutexLock lock(mutex_);
  CHECK_LT(static_cast<size_t>(number), names_.size());
  return names_[static_cast<size_t>(number)];
}

size_t SeriesTable::size() const {
  const sync::MutexLock lock(mutex_);
  return names_.size();
}

uint64_t SeriesTable::labels_dropped() const {
  const sync::MutexLock lock(mutex_);
  return labels_dropped_;
}

}  // namespace oneway::partitioner::route
