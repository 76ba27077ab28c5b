// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace oneway::rpc {

// Where a server listens or a client connects.
struct Address {
  std::string host;  // name, IPv4 or IPv6 address, the latter without brackets
  uint16_t port = 0;

  friend bool operator==(const Address&, const Address&) = default;
};

// Reads host:port, an IPv6 host in brackets: "[::1]:7100". INVALID_ARGUMENT says what is wrong with `text` and shows a
// right one.
absl::StatusOr<Address> ParseAddress(std::string_view text);

// The form that ParseAddress reads.
std::string ToString(const Address& address);

}  // namespace oneway::rpc
