// SPDX-License-Identifier: Apache-2.0
//
// The compact form of a histogram, part of the rows on disk and frozen by golden bytes:
//
//   histogram := bucket_count zero_count [extent] bucket*   extent only if one of the two is not 0
//   extent    := min max_above_min sum_low sum_high         nanoseconds; max_above_min = max - min; sum of 128 bits
//   bucket    := gap count                                  ascending
//   gap       := index - kBucketMin of the first bucket; index - previous index - 1 of the others
//
// Each of these is an unsigned varint: seven bits a byte, the lowest first, the top bit set on all but the last byte;
// in as few bytes as hold it.
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/histogram/bounds.h"
#include "common/histogram/histogram.h"

namespace oneway::histogram {
namespace {

constexpr uint64_t kBucketsMax = kBucketMax - kBucketMin + 1;

void AppendVarint(std::string& bytes, uint64_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

// Takes varints off the front of bytes that may be anything. After the first failure all further ones fail too.
class VarintReader {
 public:
  explicit VarintReader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Next() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      const bool beyond_64_bits = shift == 63 && byte > 1;
      const bool in_too_many_bytes = shift > 0 && byte == 0;
      if (beyond_64_bits || in_too_many_bytes) break;
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    failed_ = true;
    rest_ = {};
    return 0;
  }

  bool failed() const { return failed_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

absl::Status Broken(const std::string& why) {
  return absl::DataLossError(absl::StrCat("histogram bytes: ", why));
}

// nullopt when an index leaves the range or the bytes end.
std::optional<std::vector<Histogram::Bucket>> ReadBuckets(VarintReader& reader, uint64_t bucket_count) {
  std::vector<Histogram::Bucket> buckets;
  buckets.reserve(bucket_count);
  uint64_t place = 0;  // index - kBucketMin
  for (uint64_t i = 0; i < bucket_count; ++i) {
    const uint64_t gap = reader.Next();
    if (gap >= kBucketsMax) return std::nullopt;
    place += gap + (i == 0 ? 0 : 1);
    if (reader.failed() || place >= kBucketsMax) return std::nullopt;
    buckets.push_back({.index = static_cast<int32_t>(place) + kBucketMin, .count = reader.Next()});
  }
  if (reader.failed()) return std::nullopt;
  return buckets;
}

}  // namespace

void Histogram::Encode(std::string& bytes) const {
  AppendVarint(bytes, buckets_.size());
  AppendVarint(bytes, zero_count_);
  if (empty()) return;

  AppendVarint(bytes, static_cast<uint64_t>(min_.count()));
  AppendVarint(bytes, static_cast<uint64_t>((max_ - min_).count()));
  AppendVarint(bytes, static_cast<uint64_t>(sum_nanos_));
  AppendVarint(bytes, static_cast<uint64_t>(sum_nanos_ >> 64));
  int32_t next = kBucketMin;
  for (const Bucket& bucket : buckets_) {
    AppendVarint(bytes, static_cast<uint64_t>(bucket.index - next));
    AppendVarint(bytes, bucket.count);
    next = bucket.index + 1;
  }
}

absl::Status Histogram::Decode(std::string_view& bytes, Histogram& histogram) {
  VarintReader reader(bytes);
  const uint64_t bucket_count = reader.Next();
  const uint64_t zero_count = reader.Next();
  if (reader.failed() || bucket_count > kBucketsMax) return Broken("no counts of buckets and zeros");

  uint64_t min = 0, above_min = 0, sum_low = 0, sum_high = 0;
  if (bucket_count > 0 || zero_count > 0) {
    min = reader.Next();
    above_min = reader.Next();
    sum_low = reader.Next();
    sum_high = reader.Next();
  }
  constexpr uint64_t kNanosMax = std::numeric_limits<int64_t>::max();
  if (reader.failed() || min > kNanosMax || above_min > kNanosMax - min) return Broken("no min, max and sum");

  std::optional<std::vector<Bucket>> buckets = ReadBuckets(reader, bucket_count);
  if (!buckets.has_value()) return Broken("a bucket is cut off or out of range");
  Histogram decoded =
      FromParts(*std::move(buckets), zero_count, (static_cast<unsigned __int128>(sum_high) << 64) | sum_low,
                Duration(static_cast<int64_t>(min)), Duration(static_cast<int64_t>(min + above_min)));
  if (absl::Status status = decoded.Validate(); !status.ok()) return Broken(std::string(status.message()));
  histogram = std::move(decoded);
  bytes = reader.rest();
  return absl::OkStatus();
}

}  // namespace oneway::histogram
