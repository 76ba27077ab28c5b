// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/handshake.h"

#include <gtest/gtest.h>

namespace oneway::ingest {
namespace {

oneway::v1::ClusterIdentity ClusterOf(uint64_t seed, std::initializer_list<const char*> joiners) {
  oneway::v1::ClusterIdentity cluster;
  cluster.set_hash_seed(seed);
  cluster.set_slot_count(4096);
  for (const char* joiner : joiners) cluster.add_joiners(joiner);
  return cluster;
}

oneway::v1::HandshakeRequest RequestFor(const JoinerIdentity& identity) {
  oneway::v1::HandshakeRequest request;
  request.set_wire_version(kWireVersion);
  request.set_joiner(identity.name);
  *request.mutable_cluster() = identity.cluster;
  return request;
}

const JoinerIdentity kOurs{.name = "joiner-0", .cluster = ClusterOf(1, {"joiner-0", "joiner-1"})};

TEST(HandshakeTest, EqualConfigurationsAgree) {
  EXPECT_TRUE(CheckSameCluster(kOurs, RequestFor(kOurs)).ok());
}

TEST(HandshakeTest, EveryDifferenceIsNamed) {
  oneway::v1::HandshakeRequest theirs = RequestFor(kOurs);
  *theirs.mutable_cluster() = ClusterOf(2, {"joiner-1", "joiner-0"});
  theirs.mutable_cluster()->set_slot_count(1024);
  const absl::Status status = CheckSameCluster(kOurs, theirs);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "configurations differ: cluster.seed is 1 here and 2 at the partitioner; the number of slots is 4096 here "
            "and 1024 at the partitioner; cluster.joiners is [joiner-0, joiner-1] here and [joiner-1, joiner-0] at the "
            "partitioner; give all processes of the cluster the same file");
}

TEST(HandshakeTest, AnotherJoinerAtTheAddressIsNamed) {
  oneway::v1::HandshakeRequest theirs = RequestFor(kOurs);
  theirs.set_joiner("joiner-1");
  EXPECT_NE(std::string(CheckSameCluster(kOurs, theirs).message())
                .find("the joiner's name is joiner-0 here and joiner-1 at the partitioner"),
            std::string::npos);
}

}  // namespace
}  // namespace oneway::ingest
