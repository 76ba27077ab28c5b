// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner shakes hands only with partitioners that mean the same cluster and hold nothing that it lacks.
#include "tests/unit/joiner/ingest/forward_fixture.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;
using grpc::StatusCode;

using ForwardHandshakeTest = ForwardFixture;

TEST_F(ForwardHandshakeTest, AgreementTellsShardsAndWhereTheJoinerStands) {
  const BatchResult sent = joiner_.SendAndWait({Start("key", 0s)});
  oneway::v1::HandshakeReply reply;
  ASSERT_TRUE(Handshake(GoodHandshake(), reply).ok());
  EXPECT_EQ(reply.wire_version(), 1u);
  EXPECT_EQ(reply.shards(), 1u);
  EXPECT_EQ(reply.durable().run(), static_cast<uint64_t>(sent.durable.run));
  EXPECT_EQ(reply.durable().commit(), static_cast<uint64_t>(sent.durable.commit));
}

TEST_F(ForwardHandshakeTest, EveryDifferenceIsNamed) {
  oneway::v1::HandshakeRequest request = GoodHandshake();
  request.set_wire_version(2);
  request.set_joiner("joiner-7");
  request.mutable_cluster()->set_hash_seed(5);
  request.mutable_cluster()->add_joiners("joiner-1");
  const grpc::Status status = Handshake(request);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  for (const char* what : {"wire version", "joiner-7", "cluster.seed", "[joiner-0, joiner-1]"}) {
    EXPECT_NE(status.error_message().find(what), std::string::npos) << what << " in " << status.error_message();
  }
  EXPECT_TRUE(gate_.Check().ok()) << "a partitioner's mistake is no reason to refuse others";
}

TEST_F(ForwardHandshakeTest, ANameBeyondItsBoundIsRefused) {
  oneway::v1::HandshakeRequest request = GoodHandshake();
  request.set_partitioner(std::string(65, 'p'));
  EXPECT_EQ(Handshake(request).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(ForwardHandshakeTest, WhatWasAckedHereIsNoReasonToRefuse) {
  const BatchResult sent = joiner_.SendAndWait({Start("key", 0s)});
  oneway::v1::HandshakeRequest request = GoodHandshake();
  request.mutable_highest_acked()->set_run(static_cast<uint64_t>(sent.durable.run));
  request.mutable_highest_acked()->set_commit(static_cast<uint64_t>(sent.durable.commit));
  EXPECT_TRUE(Handshake(request).ok());
}

TEST_F(ForwardHandshakeTest, AnAckThatTheDataLacksClosesTheJoinerForEverybody) {
  oneway::v1::HandshakeRequest request = GoodHandshake();
  request.mutable_highest_acked()->set_run(0xabcdef);
  request.mutable_highest_acked()->set_commit(1'000'000);
  const grpc::Status status = Handshake(request);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_NE(status.error_message().find("commit 1000000 of run 0000000000abcdef"), std::string::npos)
      << status.error_message();
  EXPECT_EQ(Handshake(GoodHandshake()).error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(ForwardHandshakeTest, AcceptLossServesAllTheSame) {
  Serve(/*accept_loss=*/true);
  oneway::v1::HandshakeRequest request = GoodHandshake();
  request.mutable_highest_acked()->set_run(0xabcdef);
  request.mutable_highest_acked()->set_commit(1'000'000);
  EXPECT_TRUE(Handshake(request).ok());
  EXPECT_TRUE(gate_.Check().ok());
}

TEST_F(ForwardHandshakeTest, ADiskThatStallsDoesNotHoldUpAHandshake) {
  store_.HoldCommits();
  auto waiting = joiner_.Send({Start("key", 0s)});
  store_.WaitUntilHeld();
  EXPECT_TRUE(Handshake(GoodHandshake()).ok());
  store_.ReleaseAll();
  waiting.get();
}

TEST_F(ForwardHandshakeTest, AJoinerThatShutsDownSaysSo) {
  gate_.Drain();
  EXPECT_EQ(Handshake(GoodHandshake()).error_code(), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace oneway::test
