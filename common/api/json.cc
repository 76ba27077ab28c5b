// SPDX-License-Identifier: Apache-2.0
#include "common/api/json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::api {
namespace {

unsigned HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (status.ok()) return json;
  return absl::InternalError(absl::StrCat("the reply cannot be told as JSON: ", std::string(status.message())));
}

std::string JsonOfError(const absl::Status& status) {
  google::protobuf::Value text;
  text.set_string_value(std::string(status.message()));
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(text, &json).ok()) json = R"("an error without a readable text")";
  return absl::StrCat(R"({"error":)", json, "}");
}

observe::HttpResponse JsonResponse(absl::StatusOr<std::string> json) {
  observe::HttpResponse response{.content_type = "application/json",
                                 .fields = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
  if (json.ok()) {
    response.body = *std::move(json) + "\n";
  } else {
    response.status = HttpStatusOf(json.status().code());
    response.body = JsonOfError(json.status()) + "\n";
  }
  return response;
}

}  // namespace oneway::api
