// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/query/fan_out.h"

namespace oneway::query {

using MissingJoiners = google::protobuf::RepeatedPtrField<v1::MissingJoiner>;

// An entry of `missing` for an answer that came from another joiner than the one that was meant. Two entries of the
// configuration may lead to the same process by mistake; its part would count twice.
inline bool IsSomebodyElse(const JoinerPeer& peer, const std::string& name) {
  return !name.empty() && name != peer.name;
}
inline v1::MissingJoiner MissingAsSomebodyElse(const JoinerPeer& peer, const std::string& name) {
  return MissingBecause(peer, absl::StrCat("at ", peer.address, " the joiner ", name, " answers instead"));
}

// Asks all `peers` as AskAll does and hands each answer to take(reply), which refuses one that cannot be. Whoever did
// not answer, or not so that it can be used, is in `missing` with the reason.
template <typename Request, typename Reply, typename Take>
void Gather(const std::vector<const JoinerPeer*>& peers, JoinerMethod<Request, Reply> method, const Request& request,
            const grpc::ServerContext& caller, std::chrono::system_clock::time_point deadline, MissingJoiners& missing,
            Take take) {
  const std::vector<Answer<Reply>> answers = AskAll<Request, Reply>(peers, method, request, caller, deadline);
  for (size_t i = 0; i < peers.size(); ++i) {
    const auto& [status, reply] = answers[i];
    if (!status.ok()) {
      *missing.Add() = Missing(*peers[i], status);
    } else if (IsSomebodyElse(*peers[i], reply.joiner())) {
      *missing.Add() = MissingAsSomebodyElse(*peers[i], reply.joiner());
    } else if (absl::Status taken = take(reply); !taken.ok()) {
      *missing.Add() = MissingBecause(*peers[i], absl::StrCat("its answer makes no sense: ", taken.message()));
    }
  }
}

}  // namespace oneway::query
