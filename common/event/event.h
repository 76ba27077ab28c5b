// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace oneway::event {

// What happened; the numbers are those of proto EventKind and of the rows on disk.
enum class Kind : uint8_t { kStart = 1, kEnd = 2, kStage = 3, kPartStarted = 4, kPartEnded = 5, kCompleted = 6 };

// What became of an event; the numbers are those of proto EventStatus.
enum class Status : uint8_t { kOk = 0, kDuplicate = 1, kInvalid = 2, kTooLate = 3, kRetryAfter = 4 };

// Why an event was kInvalid; the numbers are those of proto InvalidReason.
enum class InvalidReason : uint8_t {
  kNone = 0,
  kKeyLength = 1,
  kFlowName = 2,
  kLabels = 3,
  kIdLength = 4,
  kTimeAhead = 5,
  kNotBeforeAhead = 6,
  kUnknownKind = 7,
  kUnknownSeries = 8,
  kUnsupportedKind = 9,
  kTooManyParts = 10,
};

// Status of an event with what goes along with it. A value of 8 bytes; kOk by default.
struct Outcome {
  Status status = Status::kOk;
  InvalidReason reason = InvalidReason::kNone;  // With kInvalid.
  uint32_t retry_after_millis = 0;              // With kRetryAfter.

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Bounds of one event and of the batches that carry events; all in bytes where not said otherwise.
inline constexpr size_t kKeyBytesMax = 256;
inline constexpr size_t kFlowNameBytesMax = 64;
inline constexpr size_t kLabelsMax = 8;  // labels
inline constexpr size_t kLabelNameBytesMax = 64;
inline constexpr size_t kLabelValueBytesMax = 128;
inline constexpr size_t kIdBytesMax = 64;
inline constexpr size_t kPartsMax = 1024;        // parts of one fan-out
inline constexpr size_t kBatchEventsMax = 1000;  // events, client to partitioner
inline constexpr size_t kBatchBytesMax = 256 * 1024;
inline constexpr size_t kFrameEventsMax = 4096;  // events, partitioner to joiner
inline constexpr size_t kFrameBytesMax = 256 * 1024;

}  // namespace oneway::event
