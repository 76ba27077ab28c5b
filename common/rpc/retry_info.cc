// SPDX-License-Identifier: Apache-2.0
//
// Debian's gRPC does not package the google.rpc messages, so the two that are needed are put together field by field.
// Source: google/rpc/status.proto and google/rpc/error_details.proto of github.com/googleapis/googleapis:
//
//   message Status    { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
//   message RetryInfo { google.protobuf.Duration retry_delay = 1; }
//
// gRPC sends the serialized Status in the trailer grpc-status-details-bin, where other languages look for it.
#include <glog/logging.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <vector>

#include "common/rpc/status.h"

namespace oneway::rpc {
namespace {

using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

constexpr int kStatusCode = 1;
constexpr int kStatusMessage = 2;
constexpr int kStatusDetails = 3;
constexpr int kRetryInfoRetryDelay = 1;
constexpr int kAnyTypeUrl = google::protobuf::Any::kTypeUrlFieldNumber;
constexpr int kAnyValue = google::protobuf::Any::kValueFieldNumber;
constexpr char kRetryInfoUrl[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr int64_t kNanosPerSecond = 1'000'000'000;

std::string Serialized(const UnknownFieldSet& fields) {
  std::string bytes;
  fields.SerializeToString(&bytes);
  return bytes;
}

std::string RetryInfoBytes(Duration retry_after) {
  google::protobuf::Duration delay;
  delay.set_seconds(retry_after.count() / kNanosPerSecond);
  delay.set_nanos(static_cast<int32_t>(retry_after.count() % kNanosPerSecond));
  UnknownFieldSet retry_info;
  retry_info.AddLengthDelimited(kRetryInfoRetryDelay, delay.SerializeAsString());
  return Serialized(retry_info);
}

// The values of a field of type bytes, string or message; none when `message` cannot be read. Also used for Any, whose
// generated parser logs an error for bytes that a peer may choose freely.
std::vector<std::string> ValuesOf(const std::string& message, int field_number) {
  std::vector<std::string> values;
  UnknownFieldSet fields;
  if (!fields.ParseFromString(message)) return values;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    if (field.number() == field_number && field.type() == UnknownField::TYPE_LENGTH_DELIMITED) {
      values.push_back(field.length_delimited());
    }
  }
  return values;
}

std::optional<Duration> DelayFromRetryInfo(const std::string& bytes) {
  const std::vector<std::string> delays = ValuesOf(bytes, kRetryInfoRetryDelay);
  google::protobuf::Duration delay;
  if (delays.size() != 1 || !delay.ParseFromString(delays.front())) return std::nullopt;
  const bool in_range = delay.seconds() >= 0 && delay.seconds() < Duration::max().count() / kNanosPerSecond &&
                        delay.nanos() >= 0 && delay.nanos() < kNanosPerSecond;
  if (!in_range) return std::nullopt;
  return Duration(delay.seconds() * kNanosPerSecond + delay.nanos());
}

}  // namespace

grpc::Status RefusalForLoad(const std::string& message, Duration retry_after) {
  CHECK_GE(retry_after.count(), 0);
  google::protobuf::Any detail;
  detail.set_type_url(kRetryInfoUrl);
  detail.set_value(RetryInfoBytes(retry_after));

  UnknownFieldSet status;
  status.AddVarint(kStatusCode, grpc::StatusCode::RESOURCE_EXHAUSTED);
  status.AddLengthDelimited(kStatusMessage, message);
  status.AddLengthDelimited(kStatusDetails, detail.SerializeAsString());
  return {grpc::StatusCode::RESOURCE_EXHAUSTED, message, Serialized(status)};
}

std::optional<Duration> RetryDelayOf(const grpc::Status& status) {
  for (const std::string& detail : ValuesOf(status.error_details(), kStatusDetails)) {
    if (ValuesOf(detail, kAnyTypeUrl) != std::vector<std::string>{kRetryInfoUrl}) continue;
    const std::vector<std::string> values = ValuesOf(detail, kAnyValue);
    return values.size() == 1 ? DelayFromRetryInfo(values.front()) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace oneway::rpc
