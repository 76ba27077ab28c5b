// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/oracle/tally.h"

#include <glog/logging.h>

namespace oneway::test::crash {

void Tally::Count(const Fate& fate) {
  switch (fate.state) {
    case v1::ABSENT:
      return;
    case v1::EARLY:
      ++startless;
      return;
    case v1::OPEN:
      ++started;
      ++open;
      return;
    case v1::EXPIRED:
      ++started;
      ++expired;
      return;
    case v1::LATE:
      ++started;
      ++expired;
      ++late;
      late_latency.Record(fate.latency);
      return;
    case v1::MATCHED:
      ++started;
      ++matched;
      if (fate.empty) ++empty;
      if (fate.latency < Duration::zero()) {
        ++negative;
        negative_latency.Record(-fate.latency);
      } else {
        (fate.empty ? completion : latency).Record(fate.latency);
      }
      return;
    default:
      LOG(FATAL) << "no fate: " << v1::KeyState_Name(fate.state);
  }
}

void Tally::CountStart(const SentFlow& flow) {
  for (size_t i = 0; i < flow.plan.events.size(); ++i) {
    if (flow.plan.events[i].kind != event::Kind::kStart) continue;
    starts_sent += flow.intended.Has(i) ? 1 : 0;
    starts_acked += flow.acked.Has(i) ? 1 : 0;
  }
}

}  // namespace oneway::test::crash
