// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/crash/oracle/findings.h"
#include "tests/crash/oracle/sent_flow.h"
#include "tests/crash/oracle/tally.h"
#include "tests/crash/run/observer.h"

namespace oneway::test::crash {

// Keeps the books of a run: looks at each key once its outcome is certain, and at all counts after every cycle. Keys
// that the joiner clock has yet to decide are looked at again with the next cycle's.
// Threading: external. The observer outlives it.
class Auditor {
 public:
  // `remembered`: closed keys, by the cluster.
  Auditor(const Observer& observer, std::chrono::seconds remembered) : observer_(observer), remembered_(remembered) {}

  // Compares everything, the cycle's flows among it. Nothing may be under way. An error if the cluster does not answer,
  // or one of these keys may be forgotten by then, so that nothing can be said.
  absl::StatusOr<Findings> Audit(std::vector<SentFlow> flows);
  // The same at the end of a run: waits until the joiner clock has decided the last key, and looks once more at those
  // that were to stay open.
  absl::StatusOr<Findings> AuditLast();

  // Keys that wait for the joiner clock.
  size_t pending() const { return unsettled_.size(); }

 private:
  // Asks for keys and counts until no key changed while the counts were read.
  absl::StatusOr<ClusterView> Look(const std::vector<const SentFlow*>& flows, std::vector<v1::KeyReply>& replies) const;
  void CheckKeys(const std::vector<v1::KeyReply>& replies, Tallies& tallies, Findings& findings);
  absl::StatusOr<Findings> CheckOpenKeys() const;

  absl::Status CheckRemembered() const;

  const Observer& observer_;
  const std::chrono::seconds remembered_;
  Tallies settled_;                  // of keys that have been looked at for the last time
  std::vector<SentFlow> unsettled_;  // to be looked at
  std::vector<SentFlow> open_;       // were found open, and have to stay so
};

}  // namespace oneway::test::crash
