// SPDX-License-Identifier: Apache-2.0
#include "client/internal/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/internal/check_options.h"

namespace oneway::client {
namespace {

std::string Why(std::string_view flow, std::string_view key, const EventOptions& options = {}) {
  return std::string(Client::Explain(flow, key, options));
}

TEST(WhyInvalid, AcceptsWhatTheWireTakes) {
  EXPECT_EQ(Why("a", "k"), "");
  EXPECT_EQ(Why("push.v2_final-3", std::string(256, '\xff')), "");
  EXPECT_EQ(Why(std::string(64, 'a'), std::string("\0", 1)), "");
  const std::string value(128, 'v');
  const std::vector<Label> eight(8, Label{"name", value});
  EXPECT_EQ(Why("f", "k", {.labels = eight, .expected = 1024, .end_id = std::string_view(value).substr(0, 64)}), "");
  EXPECT_EQ(Client::ExplainPart("task", "k", "p"), "");
  EXPECT_EQ(Client::ExplainPart("task", "k", std::string(64, '\xff'), Time(std::chrono::nanoseconds(1))), "");
}

TEST(WhyInvalid, NamesWhatIsWrong) {
  EXPECT_EQ(Why("", "k"), "flow is not 1 to 64 of [a-z0-9._-]");
  EXPECT_EQ(Why("Push", "k"), "flow is not 1 to 64 of [a-z0-9._-]");
  EXPECT_EQ(Why(std::string(65, 'a'), "k"), "flow is not 1 to 64 of [a-z0-9._-]");
  EXPECT_EQ(Why("f", ""), "key is not 1 to 256 bytes");
  EXPECT_EQ(Why("f", std::string(257, 'k')), "key is not 1 to 256 bytes");
  EXPECT_EQ(Why("f", "k", {.time = Time(std::chrono::nanoseconds(-1))}), "time is before 1970");
  EXPECT_EQ(
      Why("f", "k", {.end_id = std::string_view("0123456789012345678901234567890123456789012345678901234567890123x")}),
      "end id is longer than 64 bytes");
  EXPECT_EQ(Why("f", "k", {.expected = 1025}), "expected is more than 1024");
  const std::vector<Label> nine(9, Label{"name", "value"});
  EXPECT_EQ(Why("f", "k", {.labels = nine}), "more than 8 labels");
  const Label unnamed[] = {{"", "value"}};
  EXPECT_EQ(Why("f", "k", {.labels = unnamed}), "label name is not 1 to 64 bytes");
  const std::string long_value(129, 'v');
  const Label long_valued[] = {{"name", long_value}};
  EXPECT_EQ(Why("f", "k", {.labels = long_valued}), "label value is longer than 128 bytes");
  const Label broken[] = {{"name", "\xff"}};
  EXPECT_EQ(Why("f", "k", {.labels = broken}), "label is not UTF-8");
}

TEST(WhyInvalid, NamesWhatIsWrongWithAPart) {
  EXPECT_EQ(Client::ExplainPart("f", "k", ""), "part is not 1 to 64 bytes");
  EXPECT_EQ(Client::ExplainPart("f", "k", std::string(65, 'p')), "part is not 1 to 64 bytes");
  EXPECT_EQ(Client::ExplainPart("f", "", "p"), "key is not 1 to 256 bytes");
  EXPECT_EQ(Client::ExplainPart("f", "k", "p", Time(std::chrono::nanoseconds(-1))), "time is before 1970");
}

TEST(IsUtf8, FollowsTheTableOfWellFormedSequences) {
  for (const char* good :
       {"", "abc", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe1\x80\x7f", "a\xff"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

TEST(Options, TheDefaultsWithATargetAreGood) {
  EXPECT_EQ(WhatIsWrongWith({.targets = {"127.0.0.1:7100", "partitioner.example:7100", "[::1]:7100"}}), "");
}

TEST(Options, EachIsHeldToItsBounds) {
  using std::chrono::nanoseconds;
  EXPECT_EQ(WhatIsWrongWith({}), "targets is empty; name a partitioner, such as 127.0.0.1:7100");
  for (const char* target : {"localhost", ":7100", "h:70000", "h:"}) {
    EXPECT_THAT(WhatIsWrongWith({.targets = {"h:1", target}}), testing::HasSubstr(target));
  }
  EXPECT_EQ(WhatIsWrongWith({.targets = {"h:1"}, .queue_bytes_max = 1}), "queue_bytes_max is not 64 KiB to 4 GiB");
  EXPECT_EQ(WhatIsWrongWith({.targets = {"h:1"}, .batch_delay = nanoseconds(0)}), "batch_delay is not 50 us to 1 s");
  EXPECT_EQ(WhatIsWrongWith({.targets = {"h:1"}, .batch_events_max = 1001}), "batch_events_max is not 1 to 1000");
  EXPECT_EQ(WhatIsWrongWith({.targets = {"h:1"}, .window_batches_max = 0}), "window_batches_max is 0");
  EXPECT_EQ(WhatIsWrongWith({.targets = {"h:1"}, .backoff_min = std::chrono::seconds(9)}),
            "backoff_min is not positive and at most backoff_max");
}

TEST(Options, CreateTellsWhatIsWrong) {
  std::string error;
  EXPECT_EQ(Client::Create({}, &error), nullptr);
  EXPECT_NE(error, "");
}

}  // namespace
}  // namespace oneway::client
