// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "joiner/report/local_query.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {

using namespace std::chrono_literals;

// A joiner that has served for ten minutes, by a clock that stands still, and its answers.
class LocalQueryTest : public testing::Test {
 protected:
  explicit LocalQueryTest(const flow::Rules& push = {}) : joiner_(OptionsFor(push), clock_, store_) {
    clock_.Advance(10min);
  }

  static server::JoinerCore::Options OptionsFor(const flow::Rules& push) {
    server::JoinerCore::Options options = JoinerHarness::OptionsFor(push);
    options.stall_hold = 0s;
    return options;
  }

  report::LocalQueryService ServiceOf(hash::JoinerIndex own, const hash::SlotMap& slots) {
    return report::LocalQueryService({.joiner = "joiner-0",
                                      .own = own,
                                      .clock = clock_,
                                      .slots = slots,
                                      .dictionary = joiner_.core().dictionary(),
                                      .flows = joiner_.core().flows(),
                                      .committer = joiner_.committer(),
                                      .gate = gate_,
                                      .runners = joiner_.core().runners()});
  }

  oneway::v1::LocalFlowStats StatsOf(const std::string& flow, uint32_t window_seconds = 0) {
    oneway::v1::StatsRequest request;
    request.set_flow(flow);
    request.set_window_seconds(window_seconds);
    oneway::v1::LocalStatsReply reply;
    EXPECT_TRUE(service_.LocalStats(nullptr, &request, &reply).ok());
    EXPECT_EQ(reply.joiner(), "joiner-0");
    EXPECT_EQ(reply.mark().commit(), static_cast<uint64_t>(store_.Durable().commit));
    EXPECT_LE(reply.flows_size(), 1);
    return reply.flows_size() == 0 ? oneway::v1::LocalFlowStats() : reply.flows(0);
  }

  grpc::Status Key(const std::string& key, oneway::v1::KeyReply& reply, const std::string& flow = "push") {
    oneway::v1::KeyRequest request;
    request.set_flow(flow);
    request.set_key(key);
    return service_.LocalKey(nullptr, &request, &reply);
  }

  time::FakeClock clock_;
  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(1);
  journal::MemoryStore store_{std::make_shared<journal::MemoryDisk>()};
  JoinerHarness joiner_;
  ingest::ServingGate gate_;
  report::LocalQueryService service_ = ServiceOf(hash::JoinerIndex{0}, slots_);
};

}  // namespace oneway::test
