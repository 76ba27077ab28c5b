// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/address.h"

#include <gtest/gtest.h>

namespace oneway::rpc {
namespace {

std::string ErrorOf(std::string_view text) {
  const absl::StatusOr<Address> address = ParseAddress(text);
  return address.ok() ? "no error" : std::string(address.status().message());
}

TEST(AddressTest, ReadsHostAndPort) {
  EXPECT_EQ(*ParseAddress("127.0.0.1:7100"), (Address{"127.0.0.1", 7100}));
  EXPECT_EQ(*ParseAddress("joiner-0.example.org:0"), (Address{"joiner-0.example.org", 0}));
  EXPECT_EQ(*ParseAddress("[::1]:65535"), (Address{"::1", 65535}));
}

TEST(AddressTest, WritesWhatItReads) {
  for (const char* text : {"127.0.0.1:7100", "localhost:1", "[fe80::1%eth0]:7100"}) {
    EXPECT_EQ(ToString(*ParseAddress(text)), text);
  }
}

TEST(AddressTest, SaysWhatIsWrong) {
  const std::string rest = "; expected host:port, such as 127.0.0.1:7100";
  EXPECT_EQ(ErrorOf(""), "'' is not an address: it has no port" + rest);
  EXPECT_EQ(ErrorOf("localhost"), "'localhost' is not an address: it has no port" + rest);
  EXPECT_EQ(ErrorOf(":7100"), "':7100' is not an address: it has no host" + rest);
  EXPECT_EQ(ErrorOf("[]:7100"), "'[]:7100' is not an address: it has no host" + rest);
  EXPECT_EQ(ErrorOf("::1:7100"),
            "'::1:7100' is not an address: an IPv6 host needs brackets, such as [::1]:7100" + rest);
  for (const char* text : {"host:", "host:65536", "host:-1", "host:+1", "host:7100 ", "host:0x10", "host:http"}) {
    EXPECT_EQ(ErrorOf(text),
              "'" + std::string(text) + "' is not an address: the port is not a number from 0 to 65535" + rest);
  }
  for (const char* text : {"ho st:1", "http//host:1", "[::1:1", "host\n:1"}) {
    EXPECT_NE(ErrorOf(text), "no error") << text;
  }
  EXPECT_EQ(ErrorOf("dns:///host:1"),
            "'dns:///host:1' is not an address: an IPv6 host needs brackets, such as [::1]:7100" + rest);
  EXPECT_NE(ErrorOf(std::string(254, 'h') + ":1"), "no error");
}

}  // namespace
}  // namespace oneway::rpc
