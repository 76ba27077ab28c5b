// SPDX-License-Identifier: Apache-2.0
//
// Concern: until a joiner has recovered, whoever calls it hears how far it is.
#include "joiner/server/joiner_gates.h"

#include <gtest/gtest.h>

namespace oneway::server {
namespace {

class Answering final : public v1::JoinerQuery::Service {
 public:
  grpc::Status LocalNode(grpc::ServerContext*, const v1::ClusterRequest*, v1::JoinerNode* reply) override {
    reply->set_joiner("joiner-0");
    return grpc::Status::OK;
  }
};

TEST(JoinerGatesTest, SayWhyTheyAreClosedAndPassCallsOnOnceTheyAreOpen) {
  int percent = 60;
  JoinerQueryGate gate([&percent] { return "it recovers: " + std::to_string(percent) + " %"; });
  v1::JoinerNode node;
  percent = 61;
  const grpc::Status closed = gate.LocalNode(nullptr, nullptr, &node);
  EXPECT_EQ(closed.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(closed.error_message(), "it recovers: 61 %");
  EXPECT_EQ(gate.LocalTail(nullptr, nullptr, nullptr).error_code(), grpc::StatusCode::UNAVAILABLE);

  Answering answering;
  gate.Open(answering);
  EXPECT_TRUE(gate.LocalNode(nullptr, nullptr, &node).ok());
  EXPECT_EQ(node.joiner(), "joiner-0");
}

TEST(JoinerGatesTest, PartitionersComeAgain) {
  ForwardGate gate([] { return "it opens its data folder"; });
  v1::HandshakeReply reply;
  const grpc::Status closed = gate.Handshake(nullptr, nullptr, &reply);
  EXPECT_EQ(closed.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(closed.error_message(), "it opens its data folder");
}

}  // namespace
}  // namespace oneway::server
