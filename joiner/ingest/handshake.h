// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "joiner/journal/journal_store.h"
#include "oneway/v1/forward.pb.h"

namespace oneway::ingest {

inline constexpr uint32_t kWireVersion = 1;

// Who this joiner is to partitioners. Immutable.
struct JoinerIdentity {
  std::string name;
  oneway::v1::ClusterIdentity cluster;
};

inline constexpr size_t kPartitionerNameBytesMax = 64;

// INVALID_ARGUMENT for a name that is too long to be logged. Pure.
absl::Status CheckPartitionerName(const std::string& name);

// FAILED_PRECONDITION naming every difference between the partitioner's configuration and ours, in words for the
// person who has to mend it; OK when they agree. Pure.
absl::Status CheckSameCluster(const JoinerIdentity& ours, const oneway::v1::HandshakeRequest& theirs);

// What to say, and refuse to serve for, when a partitioner holds an acknowledgement that this joiner's data lacks.
std::string LossMessage(const journal::Mark& acked, const journal::Mark& durable);

}  // namespace oneway::ingest
