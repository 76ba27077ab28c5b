// SPDX-License-Identifier: Apache-2.0
//
// The tail of the cluster.
#include "absl/cleanup/cleanup.h"
#include "common/query/cluster_query.h"
#include "common/query/request_check.h"
#include "common/query/tail_followers.h"
#include "common/query/tail_pace.h"
#include "common/query/ticks.h"
#include "common/rpc/status.h"

namespace oneway::query {

grpc::Status ClusterQuery::Tail(grpc::ServerContext* context, const v1::TailRequest* request,
                                grpc::ServerWriter<v1::TailReply>* writer) {
  if (absl::Status status = Check(*request); !status.ok()) return rpc::ToGrpc(status);
  const absl::Cleanup leave = [this] { --tails_; };
  if (++tails_ > kTailsMax) {
    return {grpc::StatusCode::RESOURCE_EXHAUSTED,
            "too many follow the cluster here; ask another process, or end a tail"};
  }
  const uint32_t per_second = PerSecondOf(*request);
  TailFollowers followers(AllPeers(), *request, per_second);
  TailPace pace(per_second);
  Ticks ticks;
  bool told = false;
  MonotonicTime told_at = Ticks::Now();
  while (ticks.Await(*context)) {
    const MonotonicTime now = Ticks::Now();
    // The first word waits until it is known who is heard.
    if (!told && !followers.AllKnown() && now - told_at < kTailReplyMax) continue;
    const v1::TailReply reply =
        followers.Take(now, [&](size_t shown, uint64_t passed_over) { return pace.Next(now, shown, passed_over); });
    const bool says_something = reply.decisions_size() > 0 || reply.passed_over() > 0;
    if (told && !says_something && now - told_at < kTailReplyMax) continue;
    if (!writer->Write(reply)) break;
    told = true;
    told_at = now;
  }
  return grpc::Status::CANCELLED;
}

}  // namespace oneway::query
