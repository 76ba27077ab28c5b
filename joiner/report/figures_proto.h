// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "common/hash/fingerprint.h"
#include "joiner/join/engine.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/ledger/figures.h"
#include "oneway/v1/query.pb.h"

namespace oneway::report {

// What a joiner knows, as it goes over the wire. Pure.

inline uint64_t Get(const ledger::Counters& counters, ledger::Counter counter) {
  return counters[static_cast<size_t>(counter)];
}

// Counts and latencies of what is within some time by its end or by its start; by start only those counters are set
// that are known so.
void Fill(const ledger::Figures& figures, v1::WindowBy by, v1::FlowCounters& counters, v1::LatencyHistogram& latency);

void Fill(const join::PartsStory& story, v1::FanoutParts& parts);

// Of a series. Label values may be any bytes on their way in; on the wire they are text.
void FillLabels(const ledger::Labels& labels, google::protobuf::RepeatedPtrField<v1::Label>& proto);

// 32 hexadecimal digits.
std::string Hex(const hash::Fingerprint& fingerprint);

// UNAVAILABLE: no commit in time.
grpc::Status TooBusy();

}  // namespace oneway::report
