// SPDX-License-Identifier: Apache-2.0
#include "common/query/joiner_peer.h"

#include "absl/strings/str_cat.h"

namespace oneway::query {
namespace {

std::string ReasonOf(const JoinerPeer& peer, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::StrCat("did not answer in time at ", peer.address);
    case grpc::StatusCode::UNAVAILABLE:
      return absl::StrCat("cannot be reached at ", peer.address, " (", status.error_message(), ")");
    case grpc::StatusCode::UNIMPLEMENTED:
      return absl::StrCat("what runs at ", peer.address, " does not know this query; is it a joiner of this version?");
    case grpc::StatusCode::CANCELLED:
      return "the query was cancelled before it answered";
    default:
      return absl::StrCat("answered with an error: ", status.error_message());
  }
}

}  // namespace

v1::MissingJoiner Missing(const JoinerPeer& peer, const grpc::Status& status) {
  return MissingBecause(peer, ReasonOf(peer, status));
}

v1::MissingJoiner MissingBecause(const JoinerPeer& peer, const std::string& reason) {
  v1::MissingJoiner missing;
  missing.set_joiner(peer.name);
  missing.set_reason(reason);
  return missing;
}

}  // namespace oneway::query
