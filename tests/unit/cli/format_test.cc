// SPDX-License-Identifier: Apache-2.0
#include "cli/format.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>

namespace oneway::cli {
namespace {

using namespace std::chrono_literals;

TEST(FormatDuration, ShowsThreeDigitsOfWhatMatters) {
  EXPECT_EQ(FormatDuration(0ns), "0ns");
  EXPECT_EQ(FormatDuration(999ns), "999ns");
  EXPECT_EQ(FormatDuration(1us), "1us");
  EXPECT_EQ(FormatDuration(85us), "85us");
  EXPECT_EQ(FormatDuration(350ms), "350ms");
  EXPECT_EQ(FormatDuration(1240ms), "1.24s");
  EXPECT_EQ(FormatDuration(1500ms), "1.5s");
  EXPECT_EQ(FormatDuration(12'340ms), "12.3s");
  EXPECT_EQ(FormatDuration(125s), "2m05s");
  EXPECT_EQ(FormatDuration(3h + 20min), "3h20m");
  EXPECT_EQ(FormatDuration(4 * 24h + 6h), "4d06h");
  EXPECT_EQ(FormatDuration(-350ms), "-350ms");
}

TEST(FormatDuration, RoundsUpIntoTheNextUnitInsteadOfToAThousand) {
  EXPECT_EQ(FormatDuration(999'499ns), "999us");
  EXPECT_EQ(FormatDuration(999'500ns), "1ms");
  EXPECT_EQ(FormatDuration(999'500us), "1s");
  EXPECT_EQ(FormatDuration(9'996ms), "10s");
  EXPECT_EQ(FormatDuration(59'949ms), "59.9s");
  EXPECT_EQ(FormatDuration(59'950ms), "1m00s");
  EXPECT_EQ(FormatDuration(3599'600ms), "1h00m");
}

TEST(FormatDuration, BearsTheLargest) {
  EXPECT_EQ(FormatDuration(Duration::max()), "106751d23h");
  EXPECT_EQ(FormatDuration(Duration::min()), "-106751d23h");
  EXPECT_EQ(FormatSeconds(1e300), FormatSeconds(9.2e9));
  EXPECT_EQ(FormatSeconds(std::numeric_limits<double>::quiet_NaN()), "0ns");
}

TEST(FormatSeconds, IsTheSameOfSeconds) {
  EXPECT_EQ(FormatSeconds(1.24), "1.24s");
  EXPECT_EQ(FormatSeconds(0.00035), "350us");
}

TEST(FormatUtcTime, KeepsEveryNanosecond) {
  EXPECT_EQ(FormatUtcTime(FromUnixNanos(1'772'373'600'250'000'001)), "2026-03-01T14:00:00.250000001Z");
}

TEST(FormatLocalTime, CarriesTheOffsetOfTheTimeZone) {
  const char* before = std::getenv("TZ");
  const std::string saved = before == nullptr ? "" : before;
  const auto in_zone = [](const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
    return FormatLocalTime(FromUnixNanos(1'772'373'600'250'000'001));
  };
  EXPECT_EQ(in_zone("UTC0"), "2026-03-01T14:00:00.250+00:00");
  EXPECT_EQ(in_zone("XST-5:30"), "2026-03-01T19:30:00.250+05:30");
  EXPECT_EQ(in_zone("XST3:30"), "2026-03-01T10:30:00.250-03:30");
  before == nullptr ? unsetenv("TZ") : setenv("TZ", saved.c_str(), 1);
  tzset();
}

TEST(FormatAgo, TellsPastAndFuture) {
  const Time now = FromUnixNanos(1'772'373'600'250'000'000);
  EXPECT_EQ(FormatAgo(now - 3500ms, now), "3.5s ago");
  EXPECT_EQ(FormatAgo(now, now), "0ns ago");
  EXPECT_EQ(FormatAgo(now + 125s, now), "in 2m05s");
}

TEST(FormatTable, AlignsNamesToTheLeftAndNumbersToTheRight) {
  EXPECT_EQ(FormatTable({{"flow", "started", "p50"}, {"push", "7", "1.24s"}, {"a-long-name", "12345678", "-"}}),
            "flow          started    p50\n"
            "push                7  1.24s\n"
            "a-long-name  12345678      -\n");
}

}  // namespace
}  // namespace oneway::cli
