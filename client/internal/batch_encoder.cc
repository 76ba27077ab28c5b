// SPDX-License-Identifier: Apache-2.0
#include "client/internal/batch_encoder.h"

#include "client/internal/record.h"

namespace oneway::client {
namespace {

// Beyond so many series the cache begins anew: labels that differ from event to event must not fill the memory.
constexpr size_t kKnownSeriesMax = 1024;

// Cuts the text that Record's grammar calls `size text` from the front.
std::string_view TakeShort(std::string_view& bytes) {
  const auto size = static_cast<uint8_t>(bytes.front());
  const std::string_view text = bytes.substr(1, size);
  bytes.remove_prefix(1 + size);
  return text;
}

v1::Series ReadSeries(std::string_view bytes) {
  v1::Series series;
  series.set_flow(std::string(TakeShort(bytes)));
  while (!bytes.empty()) {
    v1::Label& label = *series.add_labels();
    label.set_name(std::string(TakeShort(bytes)));
    label.set_value(std::string(TakeShort(bytes)));
  }
  return series;
}

void EncodeEvent(const RecordView& record, uint32_t series, v1::Event& event) {
  event.set_kind(static_cast<v1::EventKind>(record.kind()));
  event.set_series(series);
  event.set_key(record.key().data(), record.key().size());
  event.set_time_unix_nanos(static_cast<uint64_t>(record.time_unix_nanos()));
  const RecordExtras extras = record.extras();
  event.set_expected(extras.expected);
  event.set_not_before_unix_nanos(static_cast<uint64_t>(extras.not_before_unix_nanos));
  event.set_generation(extras.generation);
  if (!record.id().empty()) event.set_id(record.id().data(), record.id().size());
}

}  // namespace

void BatchEncoder::Encode(const Block& block, v1::IngestBatch& batch) {
  // Clear keeps the memory of its messages, which the next events fill again.
  batch.Clear();
  batch.set_batch(block.batch);
  if (known_.size() > kKnownSeriesMax) known_.clear();
  ++encoding_;

  std::string_view last_series;
  uint32_t last_index = 0;
  block.ForEach([&](const RecordView& record) {
    if (record.series() != last_series) {
      last_series = record.series();
      last_index = SeriesIndex(last_series, batch);
    }
    EncodeEvent(record, last_index, *batch.add_events());
  });
}

uint32_t BatchEncoder::SeriesIndex(std::string_view bytes, v1::IngestBatch& batch) {
  auto found = known_.find(bytes);
  if (found == known_.end()) {
    found = known_.emplace(std::string(bytes), KnownSeries{.series = ReadSeries(bytes)}).first;
  }
  KnownSeries& known = found->second;
  if (known.encoding != encoding_) {
    known.encoding = encoding_;
    known.index = static_cast<uint32_t>(batch.series_size());
    *batch.add_series() = known.series;
  }
  return known.index;
}

}  // namespace oneway::client
