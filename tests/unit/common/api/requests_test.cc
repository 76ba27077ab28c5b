// SPDX-License-Identifier: Apache-2.0
#include "common/api/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace oneway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

observe::HttpRequest With(std::string_view query) {
  return {.path = "/", .query = query};
}

template <typename Request>
std::string Refusal(const absl::StatusOr<Request>& request) {
  EXPECT_EQ(request.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(request.status().message());
}

TEST(ApiRequests, StatsOfNothingIsEverything) {
  const auto request = StatsRequestFrom(With(""));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->ShortDebugString(), "");
}

TEST(ApiRequests, StatsTakesItsParametersInFriendlyForm) {
  const auto request =
      StatsRequestFrom(With("flow=push&window=1h&until=1772373600.25&by=start&with_series=1&with_open_ages"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->flow(), "push");
  EXPECT_EQ(request->window_seconds(), 3600u);
  EXPECT_EQ(request->until_unix_nanos(), 1'772'373'600'250'000'000u);
  EXPECT_EQ(request->by(), v1::BY_START);
  EXPECT_TRUE(request->with_series());
  EXPECT_TRUE(request->with_open_ages());
}

TEST(ApiRequests, TimesAreRfc3339OrSecondsSince1970) {
  for (const char* until : {"1772373600", "1772373600.000", "2026-03-01T14:00:00Z", "2026-03-01T15:00:00%2B01:00"}) {
    const auto request = StatsRequestFrom(With("until=" + std::string(until)));
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_EQ(request->until_unix_nanos(), 1'772'373'600'000'000'000u) << until;
  }
  for (const char* until : {"yesterday", "-1", "1.", "1.0000000001", "1.x", "99999999999999", "2026-03-01"}) {
    EXPECT_THAT(Refusal(StatsRequestFrom(With("until=" + std::string(until)))), HasSubstr("RFC 3339")) << until;
  }
}

TEST(ApiRequests, DurationsHaveAUnitAndRoundUpToSeconds) {
  EXPECT_EQ(StatsRequestFrom(With("window=1500ms"))->window_seconds(), 2u);
  EXPECT_EQ(StatsRequestFrom(With("window=7d"))->window_seconds(), 604'800u);
  EXPECT_THAT(Refusal(StatsRequestFrom(With("window=60"))), HasSubstr("window: `60` has no unit"));
  EXPECT_THAT(Refusal(StatsRequestFrom(With("window=100000d"))), HasSubstr("longer"));
}

TEST(ApiRequests, AMistypedNameDoesNotReadAsItsDefault) {
  EXPECT_EQ(Refusal(SlowestRequestFrom(With("windw=1h"))),
            "there is no parameter `windw`; there are: flow, window, limit");
  EXPECT_EQ(Refusal(BalanceRequestFrom(With("flow=push"))), "there is no parameter `flow`; there are: none here");
}

TEST(ApiRequests, ChoicesFlagsAndNumbersSayWhatToWrite) {
  EXPECT_EQ(Refusal(StatsRequestFrom(With("by=middle"))), "parameter by: is `middle`; write one of: end, start");
  EXPECT_EQ(Refusal(StatsRequestFrom(With("with_series=yes"))), "parameter with_series: is `yes`; write 1 or 0");
  EXPECT_EQ(Refusal(OverdueRequestFrom(With("limit=1001"))),
            "parameter limit: is `1001`; write a whole number up to 1000");
  EXPECT_FALSE(StatsRequestFrom(With("with_series=0"))->with_series());
}

TEST(ApiRequests, TheFirstMistakeIsTold) {
  EXPECT_THAT(Refusal(StatsRequestFrom(With("by=middle&window=60"))), HasSubstr("parameter window"));
}

TEST(ApiRequests, AKeyIsItsDecodedBytes) {
  const auto request = KeyRequestFrom(With("flow=push&key=a%2Fb+%00c"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->key(), std::string("a/b \0c", 6));
}

TEST(ApiRequests, ATimelineIsOfAnHourUnlessAsked) {
  EXPECT_EQ(TimelineRequestFrom(With("flow=push"))->window_seconds(), 3600u);
  EXPECT_EQ(TimelineRequestFrom(With("flow=push&window=1d&step=5m"))->step_seconds(), 300u);
}

TEST(ApiRequests, OverdueTakesAnAge) {
  EXPECT_DOUBLE_EQ(OverdueRequestFrom(With("min_age=250ms&limit=7"))->min_age_seconds(), 0.25);
}

TEST(ApiRequests, EventsHaveATailOnlyWhenAsked) {
  EXPECT_FALSE(EventsRequestFrom(With(""))->with_tail);
  for (const char* tail : {"tail", "tail=1", "tail=all"}) {
    const auto request = EventsRequestFrom(With(tail));
    EXPECT_TRUE(request->with_tail) << tail;
    EXPECT_EQ(request->tail.decisions_size(), 0) << tail;
  }
}

TEST(ApiRequests, ATailIsFiltered) {
  const auto request =
      EventsRequestFrom(With("tail=expired,late&flow=push&key_prefix=p-&min_latency=2s&per_second_max=10"));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->tail.decisions(), ElementsAre(v1::DECISION_EXPIRED, v1::DECISION_LATE));
  EXPECT_EQ(request->tail.flow(), "push");
  EXPECT_EQ(request->tail.key_prefix(), "p-");
  EXPECT_DOUBLE_EQ(request->tail.min_latency_seconds(), 2);
  EXPECT_EQ(request->tail.per_second_max(), 10u);
  EXPECT_THAT(Refusal(EventsRequestFrom(With("tail=lost"))), HasSubstr("`lost`; write all, or some of started"));
}

}  // namespace
}  // namespace oneway::api
