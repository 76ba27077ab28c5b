// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/status.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"

namespace oneway::rpc {
namespace {

using std::chrono::milliseconds;

TEST(StatusTest, EveryCodeAndMessageSurvivesTheWayToGrpcAndBack) {
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "why");
    EXPECT_EQ(ToGrpc(status).error_code(), static_cast<grpc::StatusCode>(code));
    EXPECT_EQ(FromGrpc(ToGrpc(status)), status);
  }
}

TEST(RetryInfoTest, TheWaitComesBack) {
  for (Duration wait :
       {Duration(0), Duration(1), Duration(milliseconds(250)), Duration(std::chrono::hours(100)) + Duration(7)}) {
    const grpc::Status status = RefusalForLoad("busy", wait);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(status.error_message(), "busy");
    EXPECT_EQ(RetryDelayOf(status), wait);
  }
}

// The bytes that protoc's own code for google.rpc.Status{code: 8, message: "busy", details: [RetryInfo{250 ms}]}
// writes, so that clients in other languages can read them.
TEST(RetryInfoTest, EqualsTheBytesOfGoogleRpcStatus) {
  EXPECT_EQ(absl::BytesToHexString(RefusalForLoad("busy", milliseconds(250)).error_details()),
            "08081204627573791a330a28747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f12"
            "070a051080e59a77");
}

TEST(RetryInfoTest, AStatusWithoutItHasNoWait) {
  EXPECT_EQ(RetryDelayOf(grpc::Status::OK), std::nullopt);
  EXPECT_EQ(RetryDelayOf({grpc::StatusCode::RESOURCE_EXHAUSTED, "busy"}), std::nullopt);
}

TEST(RetryInfoTest, GarbageFromAPeerIsNoWaitAndNeverNegative) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const std::string good = RefusalForLoad("busy", milliseconds(250)).error_details();
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good.substr(0, random() % (good.size() + 1));
    for (uint64_t flips = random() % 4; flips > 0 && !bytes.empty(); --flips) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    const std::optional<Duration> wait = RetryDelayOf({grpc::StatusCode::RESOURCE_EXHAUSTED, "", bytes});
    ASSERT_GE(wait.value_or(Duration::zero()), Duration::zero());
  }
}

}  // namespace
}  // namespace oneway::rpc
