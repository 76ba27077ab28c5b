// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/sync/mutex.h"
#include "partitioner/route/columns.h"

namespace oneway::partitioner::route {

using Label = std::pair<std::string, std::string>;  // name, value

// What a producer says about itself: the flow, and its labels sorted by name. Immutable.
struct SeriesName {
  std::string flow;
  std::vector<Label> labels;

  // An upper bound of what it takes in a frame.
  size_t wire_bytes() const;
  friend bool operator==(const SeriesName&, const SeriesName&) = default;
};

// Numbers the series that this process has seen, so that an event on its way carries four bytes and no names.
//
// The table is bounded, for a producer may put a random value into a label. When it is full, a new series goes without
// its labels: its events are counted in their flow exactly and lack only the break-down. Room for flows alone is kept
// apart; when that is gone too, Intern has no number and the events are to be refused for now.
//
// Flow: ingest interns the series of a batch; a lane's dictionary looks the names up when it meets a number.
// Threading: thread-safe; one lock a call, never one an event.
class SeriesTable {
 public:
  struct Options {
    size_t series_max = 100'000;
    size_t flows_max = 8'192;  // of which `Intern` finds room for the flow alone when `series_max` is reached
  };
  explicit SeriesTable(Options options);

  // The number of `name`, whose labels need not be sorted. May be repeated; equal names have equal numbers.
  std::optional<SeriesNumber> Intern(SeriesName name);
  // The name of a number that Intern gave out; valid as long as the table.
  const SeriesName& Of(SeriesNumber number) const;

  size_t size() const;
  // Series that went without their labels because the table was full, arrivals.
  uint64_t labels_dropped() const;

 private:
  std::optional<SeriesNumber> FindOrAdd(SeriesName name, size_t size_max) ONEWAY_REQUIRES(mutex_);

  const Options options_;
  mutable sync::Mutex mutex_;
  std::deque<SeriesName> names_ ONEWAY_GUARDED_BY(mutex_);  // by number; a deque, so that references stay
  std::unordered_map<std::string, SeriesNumber> numbers_ ONEWAY_GUARDED_BY(mutex_);  // by canonical form
  uint64_t labels_dropped_ ONEWAY_GUARDED_BY(mutex_) = 0;
};

}  // namespace oneway::partitioner::route
