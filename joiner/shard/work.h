// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/event/event.h"
#include "common/hash/fingerprint.h"
#include "common/time/time.h"
#include "joiner/join/engine.h"
#include "joiner/join/routed_event.h"
#include "joiner/journal/journal_store.h"

namespace oneway::shard {

// What became of one event of a batch that is not OK.
struct EventException {
  uint32_t index = 0;  // into EventBatch::events as counted by the sender
  event::Outcome outcome;
};

// Runs on the committer's thread once the commit is durable that was open when the work was done. Must not block.
using Release = std::function<void(const journal::Mark& durable)>;

// Events of one stream for one shard, in order, and the low mark that travels behind them.
// Ownership: `keys` and `ids` are the memory that the events' keys and ids point into, so neither it nor the batch may
// move once there are events; it travels by pointer.
struct EventBatch {
  std::string keys;
  std::string ids;
  std::vector<join::RoutedEvent> events;
  std::vector<uint32_t> indices;        // of each event as the sender counts them; empty: 0, 1, 2, ...
  std::vector<EventException> refused;  // decided before the shard, by index ascending
  uint64_t stream = 0;                  // names the stream to the joiner clock; 0: no mark
  Time low_mark{};                      // no event later on the stream is older; epoch: not said
  // Called when the batch's outcomes are durable, with all its exceptions by index ascending.
  std::function<void(const journal::Mark& durable, std::vector<EventException> exceptions)> on_settled;

  // Bytes that the batch holds while it waits.
  size_t memory_bytes() const {
    return keys.capacity() + ids.capacity() + events.capacity() * sizeof(join::RoutedEvent) +
           indices.capacity() * sizeof(uint32_t) + refused.capacity() * sizeof(EventException) + sizeof(*this);
  }
};

// Asks for the state of a key; answered once everything that made this state is durable, on the thread of the committer
// or of the shard, which it must not block.
struct KeyInquiry {
  hash::Fingerprint fingerprint;
  flow::FlowId flow{};
  std::function<void(const journal::Mark& durable, const join::KeyStory& story)> on_answer;
};

// Asks to look at every open key of the shard; see OpenWalks.
struct OpenWalk {
  // On the shard's thread, which it must not hold up: some tens of nanoseconds.
  std::function<void(const join::OpenKeyView& key)> visit;
  // Once all was seen and what was seen is durable, on the thread of the committer or of the shard, which it must not
  // block. Dropped uncalled when the joiner ends, or beyond OpenWalks::kWalksMax.
  std::function<void(const journal::Mark& durable)> on_done;
};

using Work = std::variant<std::unique_ptr<EventBatch>, KeyInquiry, OpenWalk>;

}  // namespace oneway::shard
