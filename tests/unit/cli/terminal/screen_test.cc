// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/screen.h"

#include <gtest/gtest.h>

#include <iostream>

#include "cli/terminal/wrap.h"

namespace oneway::cli::terminal {
namespace {

TEST(WrappedTest, SentencesAreBrokenAtSpaces) {
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

TEST_F(ScreenTest, WhatIsForgottenIsNotDrawnOver) {
  const ScreenSize size{.columns = 80, .rows = 24};
  screen_.Draw(Lines({"one"}), size);
  screen_.Forget();
  EXPECT_EQ(screen_.Draw(Lines({"two"}), size), "two\x1b[K\n\x1b[J");
}

TEST_F(ScreenTest, CuttingCountsCharactersAndNotColours) {
  console_.out_has_colours = true;
  const Line line = Line("red", Colour::kRed).Add(" and green", Colour::kGreen);
  EXPECT_EQ(line.Shown(7, console_), "\x1b[31mred\x1b[0m\x1b[32m and\x1b[0m");
  EXPECT_EQ(line.Shown(3, console_), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(line.Shown(0, console_), "");
}

}  // namespace
}  // namespace oneway::cli::terminal
