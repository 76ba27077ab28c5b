// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/observe/http_message.h"

namespace oneway::api {

// Replies and errors as JSON. Threading: pure functions.

// The canonical JSON mapping of protobuf on one line: names as in the proto file, also what is 0 or empty, 64 bits as
// strings, bytes as base64. INTERNAL for a message that has none, as with a string that is no UTF-8.
absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message);
// {"error":"..."}
std::string JsonOfError(const absl::Status& status);

// 200 with `json`, or the error with the status of HTTP that fits it.
observe::HttpResponse JsonResponse(absl::StatusOr<std::string> json);

}  // namespace oneway::api
