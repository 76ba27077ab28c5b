// SPDX-License-Identifier: Apache-2.0
#include "common/process/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/process/suggestion.h"

namespace oneway::process {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

TEST(DurationTest, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(ParseDuration("250ns").value(), Duration(250));
  EXPECT_EQ(ParseDuration("7us").value(), Duration(7000));
  EXPECT_EQ(ParseDuration("300ms").value(), milliseconds(300));
  EXPECT_EQ(ParseDuration("2s").value(), seconds(2));
  EXPECT_EQ(ParseDuration("10m").value(), minutes(10));
  EXPECT_EQ(ParseDuration("24h").value(), hours(24));
  EXPECT_EQ(ParseDuration("30d").value(), hours(720));
  EXPECT_EQ(ParseDuration("0s").value(), Duration(0));
}

TEST(DurationTest, ABareNumberIsRefusedBecauseItsUnitIsUnknown) {
  EXPECT_EQ(Message(ParseDuration("5").status()),
            "`5` has no unit; write for example 5ms, 5s or 5m (units: ns us ms s m h d)");
}

TEST(DurationTest, RefusesSizesFractionsSignsAndOverflow) {
  EXPECT_THAT(Message(ParseDuration("5MiB").status()), HasSubstr("`MiB` is none of the units"));
  EXPECT_THAT(Message(ParseDuration("1.5s").status()), HasSubstr("whole numbers only"));
  EXPECT_THAT(Message(ParseDuration("-1s").status()), HasSubstr("does not begin with a whole number"));
  EXPECT_THAT(Message(ParseDuration(" 1s").status()), HasSubstr("does not begin with a whole number"));
  EXPECT_THAT(Message(ParseDuration("").status()), HasSubstr("is empty"));
  EXPECT_THAT(Message(ParseDuration("300000d").status()), HasSubstr("too large"));
  EXPECT_THAT(Message(ParseDuration("99999999999999999999s").status()), HasSubstr("too large"));
}

TEST(SizeTest, IsBytesOrANumberWithABinaryUnit) {
  EXPECT_EQ(ParseSize("4096").value(), 4096u);
  EXPECT_EQ(ParseSize("1B").value(), 1u);
  EXPECT_EQ(ParseSize("2KiB").value(), 2048u);
  EXPECT_EQ(ParseSize("64MiB").value(), 67108864u);
  EXPECT_EQ(ParseSize("4GiB").value(), 4294967296u);
  EXPECT_EQ(ParseSize("1TiB").value(), 1099511627776u);
}

TEST(SizeTest, RefusesDecimalUnitsDurationsAndOverflow) {
  EXPECT_THAT(Message(ParseSize("4GB").status()), HasSubstr("`GB` is none of the units B KiB MiB GiB TiB"));
  EXPECT_THAT(Message(ParseSize("5s").status()), HasSubstr("is not a size"));
  EXPECT_THAT(Message(ParseSize("99999999TiB").status()), HasSubstr("too large"));
}

TEST(UnitsTest, WhatIsShownReadsBackAndIsShort) {
  for (const char* text : {"1ns", "300ms", "90s", "10m", "24h", "36h", "30d", "0s"}) {
    EXPECT_EQ(FormatDuration(ParseDuration(text).value()), text);
  }
  EXPECT_EQ(FormatDuration(minutes(60)), "1h");
  for (const char* text : {"1B", "1025B", "64MiB", "4GiB", "0B"}) EXPECT_EQ(FormatSize(ParseSize(text).value()), text);
}

TEST(SuggestionTest, CountsInsertedRemovedReplacedAndSwappedLetters) {
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("retry_windw", "retry_window"), 1u);
  EXPECT_EQ(EditDistance("retyr", "retry"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance("same", "same"), 0u);
}

TEST(SuggestionTest, OffersTheNearestWordAndNothingWhenNoneIsNear) {
  const std::vector<std::string> words = {"ttl", "retry_window", "late_window"};
  EXPECT_EQ(DidYouMean("late_windwo", words), "; did you mean `late_window`?");
  EXPECT_EQ(DidYouMean("tl", words), "; did you mean `ttl`?");
  EXPECT_EQ(DidYouMean("colour", words), "");
}

}  // namespace
}  // namespace oneway::process
