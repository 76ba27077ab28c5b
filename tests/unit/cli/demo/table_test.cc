// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/table.h"

#include <gtest/gtest.h>

#include <iostream>

#include "tests/unit/cli/demo/snapshots.h"

namespace oneway::cli::demo {
namespace {

constexpr size_t kWide = 200;

TEST(DemoTableTest, ALineForEachFlow) {
  EXPECT_EQ(Plain(TableOf(TwoFlows(), {{.started = 40.25, .matched = 0}, {.started = 4, .matched = 3.96}}, kWide)),
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push       40.2        0.0   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task        4.0        4.0     5    1.2s      -      -      -     -        0       ok\n");
}

TEST(DemoTableTest, UnknownRatesAreDashes) {
  EXPECT_EQ(Plain(TableOf(TwoFlows(), {}, kWide)),
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push          -          -   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task          -          -     5    1.2s      -      -      -     -        0       ok\n");
}

TEST(DemoTableTest, ColumnsThatDoNotFitAreLeftOut) {
  EXPECT_EQ(Plain(TableOf(TwoFlows(), {}, 80)),
            "flow  started/s  matched/s  open  oldest   mean    p50   p99  expired  balance\n"
            "push          -          -   100   4.81s  750ms  500ms  3.5s       12       ok\n"
            "task          -          -     5    1.2s      -      -     -        0       ok\n");
  EXPECT_EQ(Plain(TableOf(TwoFlows(), {}, 60)),
            "flow  started/s  open  oldest    p50   p99  expired  balance\n"
            "push          -   100   4.81s  500ms  3.5s       12       ok\n"
            "task          -     5    1.2s      -     -        0       ok\n");
  EXPECT_EQ(Plain(TableOf(TwoFlows(), {}, 10)),
            "flow  expired  balance\n"
            "push       12       ok\n"
            "task        0       ok\n");
}

TEST(DemoTableTest, SixtyColumnsHoldTheRealFlowsWithExpiredAndBalance) {
  Snapshot snapshot = TwoFlows();
  snapshot.flows[0].name = "typing-indicator";
  snapshot.missing = {"joiner-1 cannot be reached at 127.0.0.1:7200"};
  EXPECT_EQ(Plain(TableOf(snapshot, {}, 59)),
            "flow              open  oldest   p99  expired  balance\n"
            "typing-indicator   100   4.81s  3.5s       12       ok\n"
            "task                 5    1.2s     -        0       ok\n"
            "partial: joiner-1 cannot be reached at 127.0.0.1:7200; its\n"
            "  part is missing above\n");
}

TEST(DemoTableTest, AJoinerThatIsAwayIsNamed) {
  Snapshot snapshot = TwoFlows();
  snapshot.flows.clear();
  snapshot.missing = {"joiner-1 cannot be reached at 127.0.0.1:7200"};
  EXPECT_EQ(Plain(TableOf(snapshot, {}, kWide)),
            "flow  started/s  matched/s  open  oldest  mean  p50  p95  p99  expired  balance\n"
            "partial: joiner-1 cannot be reached at 127.0.0.1:7200; its part is missing above\n");
}

TEST(DemoTableTest, TheBalanceIsGreenOrRed) {
  Snapshot snapshot = TwoFlows();
  snapshot.flows[1].unexplained = 2;
  const Console console{.in = std::cin, .out = std::cout, .err = std::cerr, .out_has_colours = true};
  const std::vector<terminal::Line> lines = TableOf(snapshot, {}, kWide);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].Shown(10, console), "\x1b[1mflow  star\x1b[0m");
  EXPECT_EQ(
      lines[1].Shown(kWide, console),
      "push          -          -   100   4.81s  750ms  500ms  1.24s  3.5s       12             \x1b[32mok\x1b[0m");
  EXPECT_EQ(lines[2].Shown(kWide, console),
            "task          -          -     5    1.2s      -      -      -     -        0  "
            "\x1b[31munexplained 2\x1b[0m");
}

}  // namespace
}  // namespace oneway::cli::demo
