// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/observe/http_message.h"

namespace oneway::api {

// The parameters of a request as people write them, read one by one. What is not there reads as its default, the empty
// one; the first that cannot be read is told by Finish, as is one that nobody asked for: a mistyped name must not read
// as its default.
// Threading: external.
class Parameters {
 public:
  explicit Parameters(const observe::HttpRequest& request) : given_(request.Parameters()) {}

  // As it stands.
  std::string Text(std::string_view name);
  // A list with commas between; empty without.
  std::vector<std::string> List(std::string_view name);
  // A whole number, at most `max`.
  uint32_t Count(std::string_view name, uint32_t max);
  // `name` alone, `=1` or `=true`; `=0` and `=false` for no.
  bool Flag(std::string_view name);
  // A duration such as 90s, 15m, 1h or 7d, in whole seconds, rounded up.
  uint32_t WholeSeconds(std::string_view name);
  // A duration such as 250ms, in seconds.
  double Seconds(std::string_view name);
  // RFC 3339, or seconds since 1970 with or without decimals; as nanoseconds since 1970.
  uint64_t UnixNanos(std::string_view name);
  // The index of the value among `choices`; 0 without one.
  size_t Choice(std::string_view name, const std::vector<std::string>& choices);
  // Notes a mistake that its caller found.
  void Refuse(std::string_view name, const std::string& why);

  // After the last: OK, or INVALID_ARGUMENT that says what to write.
  absl::Status Finish() const;

 private:
  // The first of the name; null without.
  const std::string* Find(std::string_view name);

  const std::vector<std::pair<std::string, std::string>> given_;
  std::vector<std::string> known_;
  absl::Status problem_;
};

}  // namespace oneway::api
