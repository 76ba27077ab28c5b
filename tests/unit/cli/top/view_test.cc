// SPDX-License-Identifier: Apache-2.0
//
// Concern: what keys do to the view, and in which order flows then stand.
#include "cli/top/view.h"

#include <gtest/gtest.h>

#include "tests/unit/cli/top/snapshots.h"

namespace oneway::cli::top {
namespace {

using terminal::Key;

class ViewTest : public testing::Test {
 protected:
  Wish Press(Key::Kind kind) { return view_.Press({.kind = kind}, extent_); }
  // Characters, one after the other; what the last of them asks.
  Wish Type(const std::string& text) {
    Wish wish = Wish::kNothing;
    for (const char character : text) wish = view_.Press({.character = character}, extent_);
    return wish;
  }
  std::string Order() const {
    std::string names;
    for (const Flow& flow : view_.Shown(snapshot_)) names += (names.empty() ? "" : " ") + flow.name;
    return names;
  }

  Snapshot snapshot_ = ThreeFlows();
  Extent extent_{.flows = 100, .fitting = 10};
  View view_{View::Options()};
};

TEST_F(ViewTest, WhatIsStuckIsOnTopAndTheRestByName) {
  EXPECT_EQ(Order(), "push order task");
}

TEST_F(ViewTest, LettersSortByTheirColumn) {
  Type("o");
  EXPECT_EQ(Order(), "push order task");
  Type("m");
  EXPECT_EQ(Order(), "push order task");
  Type("f");
  EXPECT_EQ(Order(), "order push task");
  Type("l");
  EXPECT_EQ(Order(), "push task order");
  for (size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    Type(std::string(1, LetterOf(column)));
    EXPECT_EQ(view_.sort(), column);
  }
}

TEST_F(ViewTest, AColumnThatTellsNothingOfAFlowPutsItLastEitherWay) {
  Type("9");
  EXPECT_EQ(Order(), "push order task");
  Type("r");
  EXPECT_EQ(Order(), "order push task");
}

TEST_F(ViewTest, NamesAreReversedToo) {
  Type("fr");
  EXPECT_EQ(Order(), "task push order");
  Type("r");
  EXPECT_EQ(Order(), "order push task");
}

TEST_F(ViewTest, AnotherColumnBeginsWithItsLargestAgain) {
  Type("rl");
  EXPECT_FALSE(view_.reversed());
}

TEST_F(ViewTest, AngleBracketsGoFromColumnToColumn) {
  Type(">");
  EXPECT_EQ(view_.sort(), Column::kP50);
  Type("<<");
  EXPECT_EQ(view_.sort(), Column::kOldest);
  Type("f<");
  EXPECT_EQ(view_.sort(), Column::kExpired);
  Type(">");
  EXPECT_EQ(view_.sort(), Column::kFlow);
}

TEST_F(ViewTest, AFilterActsWhileItIsTypedAndItsLettersAreNoOrders) {
  Type("/s");
  EXPECT_TRUE(view_.typing());
  EXPECT_EQ(view_.sort(), Column::kOverdue);
  EXPECT_EQ(Order(), "push task");
  EXPECT_EQ(Type("q"), Wish::kNothing);
  EXPECT_EQ(Order(), "");
  Press(Key::Kind::kBackspace);
  EXPECT_EQ(Order(), "push task");
  Press(Key::Kind::kEnter);
  EXPECT_FALSE(view_.typing());
  EXPECT_EQ(Order(), "push task");
  EXPECT_EQ(Type("q"), Wish::kQuit);
}

TEST_F(ViewTest, EscapeShowsAllAgainWhileTypingAndAfterwards) {
  Type("/push");
  Press(Key::Kind::kEscape);
  EXPECT_FALSE(view_.typing());
  EXPECT_EQ(view_.filter(), "");
  Type("/push");
  Press(Key::Kind::kEnter);
  Press(Key::Kind::kEscape);
  EXPECT_EQ(view_.filter(), "");
  Type("/push");
  Press(Key::Kind::kClearLine);
  EXPECT_TRUE(view_.typing());
  EXPECT_EQ(view_.filter(), "");
  Press(Key::Kind::kBackspace);
  EXPECT_EQ(view_.filter(), "");
}

TEST_F(ViewTest, EscapeWhileTypingBringsTheEarlierFilterBack) {
  Type("/pu");
  Press(Key::Kind::kEnter);
  Type("/x");
  Press(Key::Kind::kEscape);
  EXPECT_EQ(view_.filter(), "pu");
}

TEST_F(ViewTest, UpperCaseFiltersAsLowerCase) {
  Type("/PUSH");
  EXPECT_EQ(Order(), "push");
}

TEST_F(ViewTest, AFilterHasABound) {
  Type("/" + std::string(1000, 'x'));
  EXPECT_EQ(view_.filter().size(), View::kFilterBytesMax);
  EXPECT_EQ(View({.filter = std::string(1000, 'x')}).filter().size(), View::kFilterBytesMax);
}

TEST_F(ViewTest, AnotherWindowNeedsAnotherLook) {
  EXPECT_EQ(Type("w"), Wish::kLook);
  EXPECT_EQ(view_.window(), Window::kFiveMinutes);
  Type("ww");
  EXPECT_EQ(view_.window(), Window::kDay);
  Type("w");
  EXPECT_EQ(view_.window(), Window::kMinute);
}

TEST_F(ViewTest, AnotherOrderOrFilterIsShownFromItsStart) {
  for (const char* keys : {"f", "r", ">", "<", "/p"}) {
    Press(Key::Kind::kEnd);
    ASSERT_EQ(view_.First(extent_), 90u);
    Type(keys);
    EXPECT_EQ(view_.First(extent_), 0u) << keys;
  }
  Press(Key::Kind::kEnter);
  Press(Key::Kind::kEnd);
  Press(Key::Kind::kEscape);
  EXPECT_EQ(view_.First(extent_), 0u) << "all again";
}

TEST_F(ViewTest, ScrollingStopsAtTheEnds) {
  const auto first_after = [&](Key::Kind kind) {
    Press(kind);
    return view_.First(extent_);
  };
  EXPECT_EQ(first_after(Key::Kind::kUp), 0u);
  EXPECT_EQ(first_after(Key::Kind::kDown), 1u);
  EXPECT_EQ(first_after(Key::Kind::kPageDown), 11u);
  EXPECT_EQ(first_after(Key::Kind::kUp), 10u);
  EXPECT_EQ(first_after(Key::Kind::kEnd), 90u);
  EXPECT_EQ(first_after(Key::Kind::kDown), 90u);
  EXPECT_EQ(first_after(Key::Kind::kPageUp), 80u);
  EXPECT_EQ(first_after(Key::Kind::kHome), 0u);
  EXPECT_EQ(first_after(Key::Kind::kPageUp), 0u);
}

TEST_F(ViewTest, WhenFlowsGoOrTheWindowGrowsTheLastOnesStay) {
  Press(Key::Kind::kEnd);
  EXPECT_EQ(view_.First({.flows = 20, .fitting = 10}), 10u);
  EXPECT_EQ(view_.First({.flows = 100, .fitting = 60}), 40u);
  EXPECT_EQ(view_.First({.flows = 5, .fitting = 10}), 0u);
  EXPECT_EQ(view_.First({}), 0u);
}

TEST_F(ViewTest, AnyKeyEndsTheHelp) {
  Type("?");
  EXPECT_TRUE(view_.helping());
  Type("?");
  EXPECT_FALSE(view_.helping());
  Type("/push");
  Press(Key::Kind::kEnter);
  Type("?");
  Press(Key::Kind::kEscape);
  EXPECT_FALSE(view_.helping());
  EXPECT_EQ(view_.filter(), "push");  // it was the help that Escape ended
}

TEST_F(ViewTest, KeysThatTheTerminalWouldHandleActInEveryState) {
  Type("/p");
  EXPECT_EQ(Press(Key::Kind::kSuspend), Wish::kSuspend);
  EXPECT_EQ(Press(Key::Kind::kRedraw), Wish::kRedrawAll);
  EXPECT_EQ(Press(Key::Kind::kInterrupt), Wish::kQuit);
}

TEST(ColumnTest, NamesAndLettersTellColumnsApart) {
  for (size_t i = 0; i < kColumns; ++i) {
    const auto column = static_cast<Column>(i);
    EXPECT_EQ(ColumnNamed(NameOf(column)), column);
    EXPECT_EQ(ColumnOfLetter(LetterOf(column)), column);
  }
  EXPECT_EQ(ColumnNamed("balance"), std::nullopt);
  for (const char letter : {'q', 'r', 'w', '/', '?', '<', '>'})
    EXPECT_EQ(ColumnOfLetter(letter), std::nullopt) << letter;
}

TEST(WindowTest, IsAskedForByItsName) {
  EXPECT_EQ(WindowNamed("1m"), Window::kMinute);
  EXPECT_EQ(AskedSeconds(Window::kMinute), 60u);
  EXPECT_EQ(AskedSeconds(Window::kDay), 86'400u);
  EXPECT_EQ(WindowNamed("2m"), std::nullopt);
}

}  // namespace
}  // namespace oneway::cli::top
