// SPDX-License-Identifier: Apache-2.0
#include "common/process/host_port.h"

#include <charconv>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oneway::process {
namespace {

absl::Status Refuse(const std::string& text, const char* why) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` ", why, "; write host:port, for example 127.0.0.1:7100"));
}

bool IsHost(const std::string& host) {
  return !host.empty() && host.find_first_of(" \t\r\n=,/@[]") == std::string::npos;
}

}  // namespace

absl::StatusOr<HostPort> ParseHostPort(const std::string& text) {
  const size_t colon = text.rfind(':');
  const bool ends_with_bracket = !text.empty() && text.back() == ']';
  if (colon == std::string::npos || ends_with_bracket) return Refuse(text, "has no port");

  HostPort result{.host = text.substr(0, colon)};
  const bool bracketed = result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']';
  if (bracketed) result.host = result.host.substr(1, result.host.size() - 2);
  if (!IsHost(result.host)) return Refuse(text, "has no valid host");
  if (!bracketed && result.host.find(':') != std::string::npos) {
    return Refuse(text, "has several colons (an IPv6 address stands in brackets: [::1]:7100)");
  }

  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, result.port);
  if (first == last) return Refuse(text, "has no port");
  if (error != std::errc{} || end != last) return Refuse(text, "has no valid port (0 to 65535)");
  return result;
}

}  // namespace oneway::process
