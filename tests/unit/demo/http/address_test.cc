// SPDX-License-Identifier: Apache-2.0
#include "demo/http/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "demo/http/message.h"

namespace oneway::demo::http {
namespace {

using testing::HasSubstr;

TEST(AddressTest, ReadsNamesAndBothKindsOfAddresses) {
  for (const char* text : {"127.0.0.1:8080", "localhost:0", "[::1]:65535"}) {
    const auto address = ParseAddress(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(ToString(*address), text);
  }
}

TEST(AddressTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> kWrong[] = {{"", "has no port"},          {"localhost", "has no port"},
                                                        {"[::1]", "has no port"},     {":80", "no valid host"},
                                                        {"::1:80", "lacks brackets"}, {"host:65536", "no valid port"},
                                                        {"host:", "no valid port"},   {"host:80x", "no valid port"},
                                                        {"a b:80", "no valid host"},  {"host:-1", "no valid port"}};
  for (const auto& [text, why] : kWrong) {
    EXPECT_THAT(std::string(ParseAddress(text).status().message()), HasSubstr(why)) << text;
  }
}

TEST(RequestTest, TakesWordsFromTheQuery) {
  const Request request{.path = "/", .query = "to=ben&from=Ana-2.x_&to=zoe", .body = ""};
  EXPECT_EQ(request.Word("to"), "ben");
  EXPECT_EQ(request.Word("from"), "Ana-2.x_");
  EXPECT_EQ(request.Word("t"), std::nullopt);
}

TEST(RequestTest, TakesNothingButWords) {
  const std::string long_word(65, 'a');
  for (const std::string& query :
       {std::string("to="), std::string("to"), std::string("to=a%20b"), std::string("to=a+b"), std::string("to=a/b"),
        "to=" + long_word, std::string("&&=&to=\xc3\xb6")}) {
    EXPECT_EQ((Request{.path = "/", .query = query, .body = ""}).Word("to"), std::nullopt) << query;
  }
}

}  // namespace
}  // namespace oneway::demo::http
