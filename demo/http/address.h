// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace oneway::demo::http {

// Where a server listens or a client connects.
struct Address {
  std::string host = "127.0.0.1";  // name, IPv4 or IPv6 address, the latter without brackets
  uint16_t port = 0;
};

// Reads host:port, an IPv6 host in brackets. INVALID_ARGUMENT says what is wrong with `text`.
absl::StatusOr<Address> ParseAddress(std::string_view text);

// The form that ParseAddress reads.
std::string ToString(const Address& address);

}  // namespace oneway::demo::http
