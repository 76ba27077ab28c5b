// SPDX-License-Identifier: Apache-2.0
#include "partitioner/ingest/validate.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace oneway::partitioner::ingest {
namespace {

using event::InvalidReason;

constexpr int kSeriesMax = 1000;
// An upper bound of what one event takes in a batch besides key and id, and one series or label besides its texts.
constexpr size_t kEventBytes = 56;
constexpr size_t kSeriesBytes = 8;

bool IsFlowCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool IsFlowName(std::string_view name) {
  return !name.empty() && name.size() <= event::kFlowNameBytesMax && std::ranges::all_of(name, IsFlowCharacter);
}

bool IsLabel(const v1::Label& label) {
  return !label.name().empty() && label.name().size() <= event::kLabelNameBytesMax &&
         label.value().size() <= event::kLabelValueBytesMax;
}

bool NeedsId(v1::EventKind kind) {
  return kind == v1::STAGE || kind == v1::PART_STARTED || kind == v1::PART_ENDED;
}

// Cheap, because measuring a message exactly costs about as much as routing it.
size_t UpperBoundOfBytes(const v1::IngestBatch& batch) {
  size_t bytes = 32 + static_cast<size_t>(batch.events_size()) * kEventBytes;
  for (const v1::Event& event : batch.events()) bytes += event.key().size() + event.id().size();
  for (const v1::Series& series : batch.series()) {
    bytes += kSeriesBytes + series.flow().size();
    for (const v1::Label& label : series.labels())
      bytes += 2 * kSeriesBytes + label.name().size() + label.value().size();
  }
  return bytes;
}

}  // namespace

absl::Status CheckBatch(const v1::IngestBatch& batch) {
  if (static_cast<size_t>(batch.events_size()) > event::kBatchEventsMax) {
    return absl::InvalidArgumentError(absl::StrCat("batch ", batch.batch(), " has ", batch.events_size(),
                                                   " events; at most ", event::kBatchEventsMax, " are allowed"));
  }
  if (batch.series_size() > kSeriesMax) {
    return absl::InvalidArgumentError(absl::StrCat("batch ", batch.batch(), " has ", batch.series_size(),
                                                   " series; at most ", kSeriesMax, " are allowed"));
  }
  if (UpperBoundOfBytes(batch) <= event::kBatchBytesMax) return absl::OkStatus();
  if (const size_t bytes = batch.ByteSizeLong(); bytes > event::kBatchBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("batch ", batch.batch(), " has ", bytes, " bytes; at most ",
                                                   event::kBatchBytesMax, " are allowed"));
  }
  return absl::OkStatus();
}

InvalidReason CheckSeries(const v1::Series& series) {
  if (!IsFlowName(series.flow())) return InvalidReason::kFlowName;
  if (static_cast<size_t>(series.labels_size()) > event::kLabelsMax) return InvalidReason::kLabels;
  if (!std::ranges::all_of(series.labels(), IsLabel)) return InvalidReason::kLabels;
  return InvalidReason::kNone;
}

InvalidReason CheckEvent(const v1::Event& event, size_t series_count) {
  if (event.kind() < v1::START || event.kind() > v1::COMPLETED) return InvalidReason::kUnknownKind;
  if (event.series() >= series_count) return InvalidReason::kUnknownSeries;
  if (event.key().empty() || event.key().size() > event::kKeyBytesMax) return InvalidReason::kKeyLength;
  if (event.id().size() > event::kIdBytesMax) return InvalidReason::kIdLength;
  if (event.id().empty() && NeedsId(event.kind())) return InvalidReason::kIdLength;
  if (event.expected() > event::kPartsMax) return InvalidReason::kTooManyParts;
  return InvalidReason::kNone;
}

}  // namespace oneway::partitioner::ingest
