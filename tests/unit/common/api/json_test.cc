// SPDX-License-Identifier: Apache-2.0
#include "common/api/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "oneway/v1/query.pb.h"

namespace oneway::api {
namespace {

using testing::HasSubstr;

TEST(Json, NamesAreThoseOfTheProtoAndZerosAreThere) {
  v1::FlowStats stats;
  stats.set_flow("push");
  stats.mutable_counters()->set_started(12);
  stats.set_p99_seconds(std::numeric_limits<double>::infinity());
  const auto json = JsonOf(stats);
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_THAT(*json, HasSubstr(R"("flow":"push")"));
  EXPECT_THAT(*json, HasSubstr(R"("started":"12","matched":"0")"));
  EXPECT_THAT(*json, HasSubstr(R"("oldest_open_seconds":0)"));
  EXPECT_THAT(*json, HasSubstr(R"("p99_seconds":"Infinity")"));
}

TEST(Json, BytesAreBase64AndNothingBreaksTheLine) {
  v1::OverdueKey key;
  key.set_key("a\n\xff");
  key.set_flow("two\nlines");
  const auto json = JsonOf(key);
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_THAT(*json, HasSubstr(R"("key":"YQr/")"));
  EXPECT_EQ(json->find('\n'), std::string::npos);
}

TEST(Json, ErrorsHaveATextAndAStatus) {
  EXPECT_EQ(JsonOfError(absl::NotFoundError("say \"what\"\n")), R"({"error":"say \"what\"\n"})");
  EXPECT_EQ(JsonResponse(absl::InvalidArgumentError("x")).status, 400u);
  EXPECT_EQ(JsonResponse(absl::UnavailableError("x")).status, 503u);
  EXPECT_EQ(JsonResponse(absl::ResourceExhaustedError("x")).status, 503u);
  EXPECT_EQ(JsonResponse(absl::DeadlineExceededError("x")).status, 504u);
  EXPECT_EQ(JsonResponse(absl::UnimplementedError("x")).status, 501u);
  EXPECT_EQ(JsonResponse(absl::InternalError("x")).status, 500u);
  EXPECT_EQ(JsonResponse(std::string("{}")).status, 200u);
}

}  // namespace
}  // namespace oneway::api
