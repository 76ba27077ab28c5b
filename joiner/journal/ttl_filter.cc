// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/ttl_filter.h"

#include <glog/logging.h>

#include <optional>
#include <string>
#include <utility>

#include "joiner/journal/row_codec.h"
#include "joiner/journal/state_codec.h"

namespace oneway::journal {
namespace {

std::string_view ViewOf(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// The filter of one compaction; used by one thread.
class TtlFilter final : public rocksdb::CompactionFilter {
 public:
  TtlFilter(FilterView view, std::atomic<uint64_t>& filtered_rows, std::atomic<uint64_t>& undecodable_rows)
      : view_(std::move(view)), total_filtered_rows_(filtered_rows), total_undecodable_rows_(undecodable_rows) {}

  ~TtlFilter() override {
    total_filtered_rows_.fetch_add(filtered_rows_, std::memory_order_relaxed);
    total_undecodable_rows_.fetch_add(undecodable_rows_, std::memory_order_relaxed);
    LOG_IF(ERROR, undecodable_rows_ > 0) << undecodable_rows_
                                         << " rows of the journal cannot be decoded; they are kept";
  }

  // kRemove leaves a tombstone where an older version may lie below, so nothing comes back.
  Decision FilterV2(int /*level*/, const rocksdb::Slice& key, ValueType type, const rocksdb::Slice& value,
                    std::string* /*new_value*/, std::string* /*skip_until*/) const override {
    if (type != ValueType::kValue || !IsGarbage(ViewOf(key), ViewOf(value))) return Decision::kKeep;
    ++filtered_rows_;
    return Decision::kRemove;
  }

  const char* Name() const override { return "oneway.TtlFilter"; }

 private:
  bool IsGarbage(std::string_view key, std::string_view value) const {
    const std::optional<Sequence> sequence = ParseSequenceKey(key);
    if (sequence.has_value() && *sequence < view_.floor) return true;
    if (sequence.has_value() && (!LooksDone(value) || view_.horizons == nullptr)) return false;
    const absl::StatusOr<Row> row = sequence.has_value() ? DecodeRow(*sequence, value) : absl::DataLossError("key");
    if (!row.ok()) {
      ++undecodable_rows_;
      return false;
    }
    return row->IsDone() && IsForgotten(*row, view_);
  }

  const FilterView view_;
  std::atomic<uint64_t>& total_filtered_rows_;
  std::atomic<uint64_t>& total_undecodable_rows_;
  mutable uint64_t filtered_rows_ = 0;  // RocksDB's interface is const, one thread uses it
  mutable uint64_t undecodable_rows_ = 0;
};

}  // namespace

bool IsForgotten(const Row& row, const FilterView& view) {
  const size_t flow = static_cast<uint32_t>(row.flow);
  if (view.horizons == nullptr || flow >= view.horizons->size()) return false;
  if ((*view.horizons)[flow] <= row.latest) return false;
  if (row.kind == RowKind::kMatched || row.kind == RowKind::kEmpty) return true;
  return view.joiner_clock > row.remember_until;
}

void TtlFilterFactory::Publish(FilterView view) {
  const sync::MutexLock lock(mutex_);
  published_ = true;
  view_ = std::move(view);
}

std::unique_ptr<rocksdb::CompactionFilter> TtlFilterFactory::CreateCompactionFilter(
    const rocksdb::CompactionFilter::Context& /*context*/) {
  const sync::MutexLock lock(mutex_);
  if (!published_) return nullptr;
  return std::make_unique<TtlFilter>(view_, filtered_rows_, undecodable_rows_);
}

}  // namespace oneway::journal
