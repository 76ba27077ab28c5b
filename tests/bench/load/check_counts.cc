// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/check_counts.h"

#include <glog/logging.h>
#include <grpcpp/grpcpp.h>

#include "common/rpc/channel.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::bench {

void CheckCounts(const std::string& target, const ExpectedCounts& expected) {
  const auto stub = v1::Query::NewStub(rpc::ChannelTo(target));
  grpc::ClientContext stats_context;
  v1::StatsRequest request;
  request.set_flow(kFlowName);
  v1::StatsReply stats;
  grpc::Status status = stub->Stats(&stats_context, request, &stats);
  CHECK(status.ok()) << status.error_message();
  CHECK(stats.missing().empty() && stats.flows_size() == 1) << stats.ShortDebugString();
  const v1::FlowCounters& counters = stats.flows(0).counters();
  CHECK_EQ(counters.started(), expected.started);
  CHECK_EQ(counters.matched(), expected.matched);
  CHECK_EQ(counters.early(), expected.early);
  CHECK_EQ(counters.duplicate(), expected.duplicate);
  CHECK_EQ(stats.flows(0).open(), expected.started - expected.matched);

  grpc::ClientContext balance_context;
  v1::BalanceReply balance;
  status = stub->Balance(&balance_context, {}, &balance);
  CHECK(status.ok()) << status.error_message();
  CHECK_EQ(balance.total().unexplained(), 0u);
}

}  // namespace oneway::bench
