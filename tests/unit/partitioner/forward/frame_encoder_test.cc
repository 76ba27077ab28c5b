// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/frame_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "common/event/stream_dictionary.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::forward {
namespace {

using ::testing::ElementsAre;

class FrameEncoderTest : public ::testing::Test {
 protected:
  // Encodes one event for each of `values`, labelled with it, in one frame, and reads it as a joiner does: the values
  // that the joiner sees.
  std::vector<std::string> Encode(const std::vector<std::string>& values) {
    route::Columns columns;
    for (const std::string& value : values) {
      columns.Add({.kind = event::Kind::kStart, .time_unix_nanos = 1, .key = "k"}, {},
                  *table_.Take({"push", {{"device", value}}}), 0);
    }
    encoder_.Encode(columns, {}, 1, frame_);
    EXPECT_EQ(frame_.count(), values.size());
    for (const auto& entry : frame_.series_added()) {
      EXPECT_LE(entry.id(), names_.size()) << "a gap";
      EXPECT_LT(entry.id(), event::kStreamSeriesMax);
      names_[entry.id()] = entry.series().labels(0).value();
    }
    std::vector<std::string> seen;
    for (const uint32_t id : frame_.series()) seen.push_back(names_.at(id));
    return seen;
  }

  static std::vector<std::string> Values(int from, int count) {
    std::vector<std::string> values;
    for (int i = from; i < from + count; ++i) values.push_back(std::to_string(i));
    return values;
  }

  route::SeriesTable table_{{}};
  FrameEncoder encoder_{table_};
  v1::EventColumns frame_;
  std::map<uint32_t, std::string> names_;  // the stream's dictionary, as its reader keeps it
};

TEST_F(FrameEncoderTest, NamesASeriesOnceForAStream) {
  EXPECT_THAT(Encode({"a", "b", "a"}), ElementsAre("a", "b", "a"));
  EXPECT_EQ(frame_.series_added_size(), 2);
  EXPECT_THAT(Encode({"b", "c"}), ElementsAre("b", "c"));
  EXPECT_EQ(frame_.series_added_size(), 1);
  encoder_.Reset();
  names_.clear();
  EXPECT_THAT(Encode({"b"}), ElementsAre("b"));
  EXPECT_EQ(frame_.series_added_size(), 1) << "the next stream knows nothing";
}

TEST_F(FrameEncoderTest, MoreSeriesThanADictionaryHoldsTakeThePlacesOfOthersAndEveryEventKeepsItsOwn) {
  constexpr int kInFrame = 1000;
  constexpr int kInAll = 5 * static_cast<int>(event::kStreamSeriesMax);
  for (int from = 0; from < kInAll; from += kInFrame) {
    std::vector<std::string> values = Values(from, kInFrame);
    values.insert(values.begin() + kInFrame / 2, "always there");
    EXPECT_EQ(Encode(values), values);
    EXPECT_EQ(frame_.series_added_size(), from == 0 ? kInFrame + 1 : kInFrame) << "the one in use stays";
  }
  EXPECT_EQ(names_.size(), event::kStreamSeriesMax);
  EXPECT_THAT(Encode({"0", "always there"}), ElementsAre("0", "always there"));
  EXPECT_EQ(frame_.series_added_size(), 1) << "one that lost its place is named again";
}

TEST_F(FrameEncoderTest, AFrameFullOfNewSeriesReplacesNoneOfItsOwn) {
  const int in_frame = static_cast<int>(event::kFrameEventsMax) / 2;
  for (int from = 0; from < 4 * static_cast<int>(event::kStreamSeriesMax); from += in_frame) {
    const std::vector<std::string> values = Values(from, in_frame);
    ASSERT_EQ(Encode(values), values);
  }
}

}  // namespace
}  // namespace oneway::partitioner::forward
