// SPDX-License-Identifier: Apache-2.0
#include "common/query/merge_balance.h"

#include <gtest/gtest.h>

namespace oneway::query {
namespace {

struct Numbers {
  uint64_t started, matched, expired, superseded, open;
};

void Add(v1::BalanceReply& reply, const std::string& flow, const Numbers& numbers) {
  v1::FlowBalance& balance = *reply.add_flows();
  balance.set_flow(flow);
  balance.set_started(numbers.started);
  balance.set_matched(numbers.matched);
  balance.set_expired(numbers.expired);
  balance.set_superseded(numbers.superseded);
  balance.set_open(numbers.open);
}

std::string Rendered(const v1::FlowBalance& balance) {
  return balance.flow() + " " + std::to_string(balance.started()) + " = " + std::to_string(balance.matched()) + " + " +
         std::to_string(balance.expired()) + " + " + std::to_string(balance.superseded()) + " + " +
         std::to_string(balance.open()) + ", unexplained " + std::to_string(balance.unexplained());
}

TEST(MergeBalanceTest, SumsFlowsOverJoinersAndAllFlowsInTheTotal) {
  v1::BalanceReply one, two;
  Add(one, "push", {10, 5, 2, 1, 2});
  Add(one, "mail", {1, 1, 0, 0, 0});
  Add(two, "push", {100, 50, 20, 10, 20});
  const v1::BalanceReply reply = MergeBalances({one, two});
  ASSERT_EQ(reply.flows_size(), 2);
  EXPECT_EQ(Rendered(reply.flows(0)), "mail 1 = 1 + 0 + 0 + 0, unexplained 0");
  EXPECT_EQ(Rendered(reply.flows(1)), "push 110 = 55 + 22 + 11 + 22, unexplained 0");
  EXPECT_EQ(Rendered(reply.total()), " 111 = 56 + 22 + 11 + 22, unexplained 0");
  EXPECT_EQ(reply.joiners(), 2u);
}

TEST(MergeBalanceTest, OneJoinersSurplusDoesNotHideAnothersLoss) {
  v1::BalanceReply surplus, loss;
  Add(surplus, "push", {10, 13, 0, 0, 0});
  Add(loss, "push", {10, 7, 0, 0, 0});
  const v1::BalanceReply reply = MergeBalances({surplus, loss});
  EXPECT_EQ(Rendered(reply.flows(0)), "push 20 = 20 + 0 + 0 + 0, unexplained 6");
  EXPECT_EQ(reply.total().unexplained(), 6u);
}

TEST(MergeBalanceTest, OneFlowsSurplusDoesNotHideAnothersLossInTheTotal) {
  v1::BalanceReply joiner;
  Add(joiner, "push", {10, 13, 0, 0, 0});
  Add(joiner, "mail", {10, 7, 0, 0, 0});
  EXPECT_EQ(MergeBalances({joiner}).total().unexplained(), 6u);
}

TEST(MergeBalanceTest, WhatAJoinerItselfCannotExplainIsKept) {
  v1::BalanceReply joiner;
  Add(joiner, "push", {10, 10, 0, 0, 0});
  joiner.mutable_flows(0)->set_unexplained(4);
  EXPECT_EQ(MergeBalances({joiner}).total().unexplained(), 4u);
}

TEST(MergeBalanceTest, IncarnationsComeByName) {
  const auto of = [](const std::string& joiner, uint64_t incarnation, uint64_t commit) {
    v1::BalanceReply reply;
    v1::JoinerIncarnation& entry = *reply.add_incarnations();
    entry.set_joiner(joiner);
    entry.set_incarnation(incarnation);
    entry.mutable_mark()->set_commit(commit);
    return reply;
  };
  const v1::BalanceReply reply =
      MergeBalances({of("joiner-2", 1, 7), of("joiner-0", 3, 9), v1::BalanceReply(), of("joiner-1", 2, 8)});
  std::string rendered;
  for (const v1::JoinerIncarnation& entry : reply.incarnations()) {
    rendered +=
        entry.joiner() + "=" + std::to_string(entry.incarnation()) + "@" + std::to_string(entry.mark().commit()) + " ";
  }
  EXPECT_EQ(rendered, "joiner-0=3@9 joiner-1=2@8 joiner-2=1@7 ");
}

TEST(MergeBalanceTest, WithoutFlowsTheTotalIsThereAndZero) {
  const v1::BalanceReply reply = MergeBalances({v1::BalanceReply()});
  EXPECT_TRUE(reply.has_total());
  EXPECT_EQ(Rendered(reply.total()), " 0 = 0 + 0 + 0 + 0, unexplained 0");
  EXPECT_EQ(reply.joiners(), 1u);
}

}  // namespace
}  // namespace oneway::query
