// SPDX-License-Identifier: Apache-2.0
#include "joiner/ingest/handshake.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace oneway::ingest {
namespace {

template <typename Value>
void Compare(const char* what, const Value& ours, const Value& theirs, std::vector<std::string>& differences) {
  if (ours == theirs) return;
  differences.push_back(absl::StrCat(what, " is ", ours, " here and ", theirs, " at the partitioner"));
}

std::string NamesOf(const oneway::v1::ClusterIdentity& cluster) {
  return absl::StrCat("[", absl::StrJoin(cluster.joiners(), ", "), "]");
}

std::string InWords(const journal::Mark& mark) {
  return absl::StrCat("commit ", static_cast<uint64_t>(mark.commit), " of run ",
                      absl::Hex(static_cast<uint64_t>(mark.run), absl::kZeroPad16));
}

}  // namespace

absl::Status CheckPartitionerName(const std::string& name) {
  if (name.size() <= kPartitionerNameBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the name of a partitioner has at most ", kPartitionerNameBytesMax, " bytes, not ", name.size()));
}

absl::Status CheckSameCluster(const JoinerIdentity& ours, const oneway::v1::HandshakeRequest& theirs) {
  std::vector<std::string> differences;
  Compare("wire version", kWireVersion, theirs.wire_version(), differences);
  Compare("the joiner's name", ours.name, theirs.joiner(), differences);
  Compare("cluster.seed", ours.cluster.hash_seed(), theirs.cluster().hash_seed(), differences);
  Compare("the number of slots", ours.cluster.slot_count(), theirs.cluster().slot_count(), differences);
  Compare("cluster.joiners", NamesOf(ours.cluster), NamesOf(theirs.cluster()), differences);
  Compare("the slot epoch", ours.cluster.slot_epoch(), theirs.cluster().slot_epoch(), differences);
  if (differences.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("configurations differ: ", absl::StrJoin(differences, "; "),
                                                    "; give all processes of the cluster the same file"));
}

std::string LossMessage(const journal::Mark& acked, const journal::Mark& durable) {
  return absl::StrCat(
      "this joiner acknowledged ", InWords(acked), ", but its data folder does not contain it (it ends at ",
      InWords(durable),
      "): the folder is an older copy, or the disk lost acknowledged data; put the right folder in place, "
      "or start once with --accept-loss to go on with what is there");
}

}  // namespace oneway::ingest
