// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/flow/ids.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"

namespace oneway::ledger {

// One key of those that a bucket of a flow's latencies counts. A value.
struct Exemplar {
  // Longer keys are shown by their fingerprint: Prometheus takes no more than 128 characters, those of `key` among
  // them.
  static constexpr size_t kKeyBytesMax = 125;

  flow::FlowId flow{};
  uint8_t bucket = 0;    // common/histogram/classic.h
  uint8_t key_size = 0;  // 0: only its fingerprint is shown
  std::array<char, kKeyBytesMax> key_bytes{};
  Duration latency{};
  Time end{};
  hash::Fingerprint fingerprint;

  std::string_view key() const { return {key_bytes.data(), key_size}; }
};

// The latest key for each flow and classic bucket.
//
// Flow: the engine puts a key here with each latency of a flow that shows some; a commit carries them to the committer,
// which takes them over once they are durable; metrics show those. They are not stored: after a restart there are none.
// Threading: external.
// Cost: an entry of 176 bytes is copied for each latency, of flows that show exemplars alone; no allocation once its
// memory has grown to a usual commit's size.
class Exemplars {
 public:
  // Of all flows together; a flow beyond shows fewer.
  static constexpr size_t kEntriesMax = 16384;

  struct Sample {
    flow::FlowId flow{};
    Duration latency{};  // >= 0
    Time end{};
    hash::Fingerprint fingerprint;
    std::string_view key;  // empty: not to be shown
  };
  void Put(const Sample& sample);
  // Puts all of `later`.
  void Take(const Exemplars& later);
  // Keeps its memory.
  void Clear();

  bool empty() const { return entries_.empty(); }
  // By bucket.
  std::vector<Exemplar> Of(flow::FlowId flow) const;

 private:
  // The entry of a flow's bucket, made if there is none; null where there is no room.
  Exemplar* Find(flow::FlowId flow, size_t bucket);

  std::vector<Exemplar> entries_;
  std::vector<uint16_t> places_;  // by flow and bucket: place in entries_ + 1; 0 = none
};

}  // namespace oneway::ledger
