// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "joiner/join/engine.h"
#include "joiner/shard/work.h"

namespace oneway::shard {

// The walks over a shard's open keys that people's questions are after, some slots at a time between two batches, so
// that joining goes on. A walk gets on at the slot where the others are and gets off one round later: walks of the same
// time share the way, and each sees every key that is open throughout exactly once. One that begins or closes meanwhile
// it may see or not.
//
// Cost: tens of nanoseconds a key and walk, once a round; no more than about a millisecond goes by between two batches.
// Threading: owned by the shard's thread.
class OpenWalks {
 public:
  static constexpr size_t kWalksMax = 64;
  static constexpr uint64_t kKeysAStep = 16384;

  bool empty() const { return riders_.empty(); }
  // Beyond kWalksMax it is dropped.
  void Add(OpenWalk walk, const join::JoinEngine& engine);
  // Goes some slots on; done(on_done) for each walk whose round that completes.
  template <typename Done>
  void Step(const join::JoinEngine& engine, Done done);

 private:
  struct Rider {
    OpenWalk walk;
    size_t slots_left;
  };

  static size_t SlotsOf(const join::JoinEngine& engine);
  void VisitNext(const join::JoinEngine& engine);

  std::vector<Rider> riders_;
  size_t position_ = 0;  // in the engine's slots
};

template <typename Done>
void OpenWalks::Step(const join::JoinEngine& engine, Done done) {
  for (size_t slots = SlotsOf(engine); slots > 0 && !riders_.empty(); --slots) {
    VisitNext(engine);
    std::erase_if(riders_, [&](Rider& rider) {
      if (--rider.slots_left > 0) return false;
      done(std::move(rider.walk.on_done));
      return true;
    });
  }
}

}  // namespace oneway::shard
