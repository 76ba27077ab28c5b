// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"

namespace oneway::rpc {
namespace {

constexpr size_t kHostBytesMax = 253;  // the longest DNS name

absl::Status NoAddress(std::string_view text, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("'", std::string(text), "' is not an address: ", why,
                                                 "; expected host:port, such as 127.0.0.1:7100"));
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool IsIpv6Character(char c) {
  return IsHostCharacter(c) || c == ':' || c == '%';
}

}  // namespace

absl::StatusOr<Address> ParseAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return NoAddress(text, "it has no port");
  std::string_view host = text.substr(0, colon);

  const bool in_brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  if (host.empty()) return NoAddress(text, "it has no host");
  if (host.size() > kHostBytesMax) return NoAddress(text, "the host is too long");
  if (!in_brackets && host.find(':') != std::string_view::npos) {
    return NoAddress(text, "an IPv6 host needs brackets, such as [::1]:7100");
  }
  if (!std::all_of(host.begin(), host.end(), in_brackets ? IsIpv6Character : IsHostCharacter)) {
    return NoAddress(text, "the host holds a character that no host name has");
  }

  const std::optional<uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!port.has_value()) return NoAddress(text, "the port is not a number from 0 to 65535");
  return Address{.host = std::string(host), .port = *port};
}

std::string ToString(const Address& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return is_ipv6 ? absl::StrCat("[", address.host, "]:", address.port) : absl::StrCat(address.host, ":", address.port);
}

}  // namespace oneway::rpc
