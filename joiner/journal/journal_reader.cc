// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/journal_reader.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/journal/row_codec.h"
#include "joiner/journal/sequential_read.h"
#include "joiner/journal/state_codec.h"
#include "rocksdb/perf_level.h"

namespace oneway::journal {
namespace {

// Few enough that threads end at about the same time, enough that opening an iterator costs nothing.
constexpr uint64_t kRangeSequences = uint64_t{1} << 18;
// Rows that the visitor gets at once: what they take fits into a core's cache.
constexpr size_t kRowsAtOnce = 1024;

constexpr uint64_t Value(Sequence sequence) {
  return static_cast<uint64_t>(sequence);
}

std::string_view ViewOf(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace

// Hands the rows of a range to the visitor, some at a time. The iterator's memory goes with its next step, so the
// bytes are copied.
class JournalReader::Range {
 public:
  Range(Sequence begin, Sequence end, const RestoreVisitor& visitor)
      : next_(Value(begin)), end_(Value(end)), visitor_(visitor) {}

  absl::Status Add(Sequence sequence, std::string_view value) {
    const size_t offset = bytes_.size();
    bytes_.append(value);
    places_.push_back({sequence, offset, value.size()});
    return places_.size() < kRowsAtOnce ? absl::OkStatus() : HandOver(Value(sequence) + 1);
  }
  absl::Status Finish() { return HandOver(end_); }

 private:
  struct Place {
    Sequence sequence;
    size_t offset;
    size_t size;
  };

  absl::Status HandOver(uint64_t read_until) {
    rows_.clear();
    for (const Place& place : places_) {
      const absl::StatusOr<Row> row =
          DecodeRow(place.sequence, std::string_view(bytes_).substr(place.offset, place.size));
      if (!row.ok()) return row.status();
      rows_.emplace_back(place.sequence, *row);
    }
    const uint64_t begin = std::exchange(next_, read_until);
    absl::Status status = visitor_.on_rows({.rows = rows_, .sequences = read_until - begin});
    bytes_.clear();
    places_.clear();
    return status;
  }

  uint64_t next_;  // sequence that was not read yet
  const uint64_t end_;
  const RestoreVisitor& visitor_;
  std::string bytes_;
  std::vector<Place> places_;
  std::vector<RestoredRow> rows_;
};

JournalReader::JournalReader(Database& database, const JournalState& state, const RestoreVisitor& visitor)
    : database_(database), state_(state), visitor_(visitor) {}

absl::Status JournalReader::Read() {
  const uint64_t ranges = (Value(state_.next_sequence) - Value(state_.floor)) / kRangeSequences + 1;
  std::vector<std::thread> others;
  for (uint64_t i = 1; i < std::min<uint64_t>(visitor_.row_threads, ranges); ++i) {
    others.emplace_back([this] { ReadRanges(); });
  }
  ReadRanges();
  for (std::thread& other : others) other.join();
  const sync::MutexLock lock(mutex_);
  return failure_;
}

void JournalReader::ReadRanges() {
  // RocksDB counts for each thread what it does, some of it several times a row; nobody asks.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  while (!failed_) {
    const uint64_t offset = next_range_++ * kRangeSequences;
    const uint64_t begin = Value(state_.floor) + offset;
    // The last range is read beyond its end, where nothing may be.
    if (offset > 0 && begin >= Value(state_.next_sequence)) return;
    const uint64_t end = std::min(begin + kRangeSequences, Value(state_.next_sequence));
    const absl::Status status = ReadRange(Sequence(begin), Sequence(end));
    if (!status.ok()) return Fail(status);
  }
}

absl::Status JournalReader::ReadRange(Sequence begin, Sequence end) {
  const std::string behind = SequenceKey(end);
  const rocksdb::Slice upper_bound(behind);
  rocksdb::ReadOptions read = SequentialRead();
  if (end < state_.next_sequence) read.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> row(database_.db().NewIterator(read, database_.journal()));
  Range range(begin, end, visitor_);
  uint64_t rows = 0;
  uint64_t bytes = 0;
  for (row->Seek(SequenceKey(begin)); row->Valid() && !failed_; row->Next()) {
    const std::optional<Sequence> sequence = ParseSequenceKey(ViewOf(row->key()));
    if (!sequence.has_value()) return absl::DataLossError("the journal has a row whose key is no sequence");
    if (*sequence >= state_.next_sequence) {
      return absl::DataLossError(absl::StrCat("row ", Value(*sequence),
                                              " of the journal lies beyond all sequences that were handed out, ",
                                              Value(state_.next_sequence)));
    }
    ++rows;
    bytes += row->key().size() + row->value().size();
    if (absl::Status status = range.Add(*sequence, ViewOf(row->value())); !status.ok()) return status;
  }
  if (!row->status().ok()) return FromRocksDb(row->status(), "reading the journal");
  rows_ += rows;
  bytes_ += bytes;
  return failed_ ? absl::OkStatus() : range.Finish();
}

void JournalReader::Fail(const absl::Status& status) {
  const sync::MutexLock lock(mutex_);
  failure_.Update(status);
  failed_ = true;
}

}  // namespace oneway::journal
