// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/page.h"

#include <gtest/gtest.h>

#include <iostream>

#include "cli/demo/screen.h"
#include "tests/unit/cli/demo/snapshots.h"

namespace oneway::cli::demo {
namespace {

Page APage() {
  return {.run = std::chrono::seconds(60),
          .now = TwoFlows(),
          .rates = {{.started = 40, .matched = 0}, {.started = 4, .matched = 4}},
          .incidents = {"20 s: gateway apns was stopped for 5 s: open and oldest of push move at once"},
          .commands = {"oneway balance --server 127.0.0.1:7100"}};
}

TEST(DemoPageTest, TitleTableStoryAndCommands) {
  EXPECT_EQ(Plain(LinesOf(APage(), 100)),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push       40.0        0.0   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task        4.0        4.0     5    1.2s      -      -      -     -        0       ok\n"
            "\n"
            "20 s: gateway apns was stopped for 5 s: open and oldest of push move at once\n"
            "\n"
            "Try in another terminal:\n"
            "  oneway balance --server 127.0.0.1:7100\n");
}

TEST(DemoPageTest, WithoutAStoryThereIsNoRoomForIt) {
  Page page = APage();
  page.incidents.clear();
  page.now.flows.clear();
  page.rates.clear();
  EXPECT_EQ(Plain(LinesOf(page, 100)),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest  mean  p50  p95  p99  expired  balance\n"
            "\n"
            "Try in another terminal:\n"
            "  oneway balance --server 127.0.0.1:7100\n");
}

TEST(DemoPageTest, ACommandThatIsTooLongIsOneForTheShellAllTheSame) {
  Page page = APage();
  page.commands = {"build/oneway get push $id --server 127.0.0.1:7100"};
  const std::string shown = Plain(LinesOf(page, 40));
  EXPECT_EQ(shown.substr(shown.find("Try")),
            "Try in another terminal:\n"
            "  build/oneway get push $id --server \\\n"
            "    127.0.0.1:7100\n");
}

TEST(DemoPageTest, ABlockForLogsHasAllColumns) {
  EXPECT_EQ(Plain(BlockOf(APage())),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push       40.0        0.0   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task        4.0        4.0     5    1.2s      -      -      -     -        0       ok\n");
}

TEST(DemoPageTest, SentencesAreBrokenAtSpaces) {
  EXPECT_EQ(Wrapped("20 s: the gateway stops", 12, 2), (std::vector<std::string>{"20 s: the", "  gateway", "  stops"}));
  EXPECT_EQ(Wrapped("longer-than-the-line", 5, 2), std::vector<std::string>{"longer-than-the-line"});
  EXPECT_TRUE(Wrapped("", 12, 2).empty());
}

// Lines without colours.
std::vector<Line> Lines(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

class ScreenTest : public testing::Test {
 protected:
  Console console_{.in = std::cin, .out = std::cout, .err = std::cerr};
  Screen screen_{console_};
};

TEST_F(ScreenTest, EachDrawingStandsOverTheOneBefore) {
  const ScreenSize size{.columns = 80, .rows = 24};
  EXPECT_EQ(screen_.Draw(Lines({"one", "two"}), size), "one\x1b[K\ntwo\x1b[K\n\x1b[J");
  EXPECT_EQ(screen_.Draw(Lines({"three"}), size), "\r\x1b[2Athree\x1b[K\n\x1b[J");
  EXPECT_EQ(screen_.Draw(Lines({"four"}), size), "\r\x1b[1Afour\x1b[K\n\x1b[J");
}

TEST_F(ScreenTest, LinesAreCutToWidthAndHeight) {
  EXPECT_EQ(screen_.Draw(Lines({"abcdef", "g", "h"}), {.columns = 5, .rows = 3}), "abcd\x1b[K\ng\x1b[K\n\x1b[J");
}

TEST_F(ScreenTest, AResizedTerminalIsClearedFirst) {
  screen_.Draw(Lines({"one"}), {.columns = 80, .rows = 24});
  EXPECT_EQ(screen_.Draw(Lines({"one"}), {.columns = 40, .rows = 24}), "\x1b[H\x1b[2Jone\x1b[K\n\x1b[J");
  EXPECT_EQ(screen_.Draw(Lines({"one"}), {.columns = 40, .rows = 24}), "\r\x1b[1Aone\x1b[K\n\x1b[J");
}

TEST_F(ScreenTest, CuttingCountsCharactersAndNotColours) {
  console_.out_has_colours = true;
  const Line line = Line("red", Colour::kRed).Add(" and green", Colour::kGreen);
  EXPECT_EQ(line.Shown(7, console_), "\x1b[31mred\x1b[0m\x1b[32m and\x1b[0m");
  EXPECT_EQ(line.Shown(3, console_), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(line.Shown(0, console_), "");
}

}  // namespace
}  // namespace oneway::cli::demo
