// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/journal/journal_store.h"
#include "rocksdb/compaction_filter.h"

namespace oneway::journal {

// What was true at a commit that is durable: by this the filter judges rows. Immutable.
struct FilterView {
  Sequence floor{};
  Time joiner_clock{};
  std::shared_ptr<const Horizons> horizons;  // null: no DONE row may be removed
};

// Makes the filters that take garbage out of the journal while RocksDB compacts: rows below the floor, and DONE rows
// that nobody needs any more. They decide nothing and count no outcome: the engine forgets the same keys on its own.
//
// A filter must never see more than what is durable: a crash would bring back a floor or horizon for which a removed
// row was still needed. Before the first Publish it removes nothing.
//
// Threading: thread-safe; RocksDB calls it from its background threads.
class TtlFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  // From now on new filters judge by `view`, which is durable.
  void Publish(FilterView view);

  uint64_t filtered_rows() const { return filtered_rows_.load(std::memory_order_relaxed); }
  // Rows that were kept because they could not be decoded.
  uint64_t undecodable_rows() const { return undecodable_rows_.load(std::memory_order_relaxed); }

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& context) override;
  const char* Name() const override { return "oneway.TtlFilter"; }

 private:
  mutable sync::Mutex mutex_;
  bool published_ ONEWAY_GUARDED_BY(mutex_) = false;
  FilterView view_ ONEWAY_GUARDED_BY(mutex_);

  std::atomic<uint64_t> filtered_rows_{0};
  std::atomic<uint64_t> undecodable_rows_{0};
};

// True when no later event can need the DONE row `row`, as of `view`.
bool IsForgotten(const Row& row, const FilterView& view);

}  // namespace oneway::journal
