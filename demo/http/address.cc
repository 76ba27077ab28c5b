// SPDX-License-Identifier: Apache-2.0
#include "demo/http/address.h"

#include <charconv>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oneway::demo::http {
namespace {

absl::Status NoAddress(std::string_view text, const char* why) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", std::string(text), "' ", why, "; write host:port, such as 127.0.0.1:8080"));
}

bool IsHost(std::string_view host) {
  return !host.empty() && host.find_first_of(" \t\r\n/,@[]") == std::string_view::npos;
}

}  // namespace

absl::StatusOr<Address> ParseAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.back() == ']') return NoAddress(text, "has no port");
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  if (!IsHost(host)) return NoAddress(text, "has no valid host");
  if (!in_brackets && host.find(':') != std::string_view::npos) return NoAddress(text, "lacks brackets: [::1]:8080");

  uint16_t port = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
  if (error != std::errc{} || end != last) return NoAddress(text, "has no valid port (0 to 65535)");
  return Address{.host = std::string(host), .port = port};
}

std::string ToString(const Address& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace oneway::demo::http
