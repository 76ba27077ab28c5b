// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "cli/event_line.h"
#include "cli/json_writer.h"
#include "cli/parse_time.h"

namespace oneway::cli {
namespace {

constexpr uint64_t kNanos = 1'772'373'600'250'000'000;  // 2026-03-01T14:00:00.25Z

uint64_t Nanos(std::string_view text) {
  const auto time = ParseTime(text);
  return time.has_value() ? ToUnixNanos(*time) : UINT64_MAX;
}

TEST(ParseTime, ReadsRfc3339InEachOfItsForms) {
  for (const char* text : {"2026-03-01T14:00:00.25Z", "2026-03-01 14:00:00.250000000z", "2026-03-01T15:00:00.250+01:00",
                           "2026-03-01t08:30:00.25-05:30", "2026-02-28T23:59:00.25-14:01"}) {
    EXPECT_EQ(Nanos(text), kNanos) << text;
  }
  EXPECT_EQ(Nanos("1970-01-01T00:00:00Z"), 0u);
  EXPECT_EQ(Nanos("2024-02-29T00:00:00Z"), 1'709'164'800'000'000'000u);
}

TEST(ParseTime, ReadsUnixNanosecondsAndNow) {
  EXPECT_EQ(Nanos("1772373600250000000"), kNanos);
  EXPECT_EQ(Nanos("now"), 0u);
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "-5", "2026-03-01", "2026-03-01T14:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-03-01T24:00:00Z", "2026-03-01T14:60:00Z", "2026-03-01T14:00:00.Z", "2026-03-01T14:00:00.0123456789Z",
        "2026-03-01T14:00:00Zx", "2026-03-01T14:00:00+25:00", "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z", "1e18",
        "1970-01-01T00:00:00+01:00", "2026-03-01T14:00:00+0100", "99999999999999999999"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

class EventLineTest : public testing::Test {
 protected:
  std::string Wrong(std::string_view line) { return parser_.Parse(line, event_); }

  EventLineParser parser_;
  EventLine event_;
};

TEST_F(EventLineTest, ReadsEverythingThatALineMaySay) {
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k\u00e4\n","kind":"end","time":"2026-03-01T14:00:00.25Z",)"
                  R"("labels":{"region":"eu","kind":""}})"),
            "");
  EXPECT_EQ(event_.flow, "push");
  EXPECT_EQ(event_.key, "k\xc3\xa4\n");
  EXPECT_EQ(event_.kind, event::Kind::kEnd);
  EXPECT_EQ(ToUnixNanos(event_.time), kNanos);
  ASSERT_EQ(event_.labels.size(), 2u);
  EXPECT_EQ(event_.labels[0].name, "region");
  EXPECT_EQ(event_.labels[0].value, "eu");
}

TEST_F(EventLineTest, ReadsEachKindOfAFanout) {
  EXPECT_EQ(Wrong(R"({"flow":"task","key":"t","kind":"start","expected":1024})"), "");
  EXPECT_EQ(event_.expected, 1024u);
  EXPECT_EQ(Wrong(R"({"flow":"task","key":"t","kind":"part_started","part":"p-\u00e4"})"), "");
  EXPECT_EQ(event_.kind, event::Kind::kPartStarted);
  EXPECT_EQ(event_.part, "p-\xc3\xa4");
  EXPECT_EQ(Wrong(R"({"flow":"task","key":"t","kind":"part_ended","part":"p"})"), "");
  EXPECT_EQ(event_.kind, event::Kind::kPartEnded);
  EXPECT_EQ(Wrong(R"({"flow":"task","key":"t","kind":"completed","expected":1,"labels":{"region":"eu"}})"), "");
  EXPECT_EQ(event_.kind, event::Kind::kCompleted);
  EXPECT_EQ(event_.expected, 1u);
}

TEST_F(EventLineTest, ReadsAStage) {
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k","kind":"stage","stage":"queued","time":5})"), "");
  EXPECT_EQ(event_.kind, event::Kind::kStage);
  EXPECT_EQ(event_.stage, "queued");
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k","kind":"stage"})"), "stage is missing");
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k","kind":"stage","stage":"s","labels":{"region":"eu"}})"),
            "labels are not taken of stages");
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k","kind":"end","stage":"s"})"), "a stage is only taken of the kind stage");
}

TEST_F(EventLineTest, SaysWhatItsKindDoesNotTake) {
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"part_started"})"), "part is missing");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"part_ended","part":7})"), "part is not a text");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"part_ended","part":"p","labels":{"region":"eu"}})"),
            "labels are not taken of parts");
  for (const char* kind : {"start", "end", "completed"}) {
    EXPECT_EQ(Wrong(R"({"part":"p","flow":"f","key":"k","kind":")" + std::string(kind) + "\"}"),
              "a part is only taken of part_started and part_ended");
  }
  for (const char* kind : {"end", "part_started", "part_ended"}) {
    const std::string part = kind == std::string("end") ? "" : R"("part":"p",)";
    EXPECT_EQ(Wrong("{" + part + R"("expected":2,"flow":"f","key":"k","kind":")" + std::string(kind) + "\"}"),
              "expected is only taken of start and completed");
  }
  for (const char* expected : {"0", "1025", "-1", "1.5", "\"2\"", "null", "4294967297"}) {
    EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"start","expected":)" + std::string(expected) + "}"),
              "expected is not 1 to 1024")
        << expected;
  }
}

TEST_F(EventLineTest, NothingOfALineIsLeftForTheNext) {
  Wrong(R"({"flow":"task","key":"k","kind":"part_ended","part":"p"})");
  Wrong(R"({"flow":"task","key":"k","kind":"completed","expected":3})");
  EXPECT_EQ(event_.part, "");
  Wrong(R"({"flow":"push","key":"k","kind":"end","time":5,"labels":{"region":"eu"}})");
  EXPECT_EQ(ToUnixNanos(event_.time), 5u);
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k","kind":"start"})"), "");
  EXPECT_EQ(event_.kind, event::Kind::kStart);
  EXPECT_EQ(event_.time, Time{});
  EXPECT_EQ(event_.expected, 0u);
  EXPECT_TRUE(event_.labels.empty());
  EXPECT_EQ(Wrong(R"({"key":"k","kind":"start"})"), "flow is missing");
}

TEST_F(EventLineTest, SaysWhatIsWrong) {
  EXPECT_EQ(Wrong("start push k"), "not JSON");
  EXPECT_EQ(Wrong(R"({"flow":"push")"), "not JSON");
  EXPECT_EQ(Wrong("\xff\xfe"), "not JSON");
  EXPECT_EQ(Wrong("[1]"), "not a JSON object");
  EXPECT_EQ(Wrong(R"({"flow":"push","key":"k"})"), "kind is missing");
  EXPECT_EQ(Wrong(R"({"flow":"push","kind":"start"})"), "key is missing");
  EXPECT_EQ(Wrong(R"({"flow":7,"key":"k","kind":"start"})"), "flow is not a text");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"begin"})"),
            "kind is none of \"start\", \"end\", \"stage\", \"part_started\", \"part_ended\", \"completed\"");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"start","tiem":5})"), "unknown member tiem");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"start","labels":["eu"]})"), "labels is not an object");
  EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"start","labels":{"region":1}})"), "label region is not a text");
  for (const char* time : {"1.5", "-5", "\"5\"", "null", "\"now\""}) {
    EXPECT_EQ(Wrong(R"({"flow":"f","key":"k","kind":"start","time":)" + std::string(time) + "}"),
              "time is neither RFC 3339 nor a whole number of Unix nanoseconds")
        << time;
  }
}

TEST(JsonWriter, WritesOneLineWhateverTheTexts) {
  JsonWriter json;
  json.BeginObject()
      .Text("key", "a\"b\\c\n\x01")
      .Count("n", UINT64_MAX)
      .Signed("s", -5)
      .Real("r", 0.1)
      .Boolean("b", true);
  json.BeginArray("list");
  json.BeginObject().EndObject().BeginObject().Real("nan", 0.0 / 0.0).EndObject();
  json.EndArray().BeginArray("empty").EndArray().EndObject();
  EXPECT_EQ(json.text(), R"({"key":"a\"b\\c\u000a\u0001","n":18446744073709551615,"s":-5,"r":0.1,"b":true,)"
                         R"("list":[{},{"nan":null}],"empty":[]})");
}

}  // namespace
}  // namespace oneway::cli
