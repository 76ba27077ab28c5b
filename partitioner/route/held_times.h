// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "common/sync/mutex.h"
#include "common/time/time.h"

namespace oneway::partitioner::route {

// The oldest event that a client still holds, or that was read and is not in a lane yet: what the low marks of all
// streams must not pass, because it may yet come.
//
// A client's word counts while one of its batches waits for an answer; after that for `idle_hold`, in which a client
// that holds more would have sent it; and for `gone_hold` after its stream broke, in which it comes back.
//
// Flow: ingest speaks for the clients; every lane asks before it reads its own queue, in that order, so that an event
// on its way from here into the lane is seen in one of the two.
// Threading: thread-safe; a few locks a batch.
class HeldTimes {
 public:
  struct Options {
    Duration idle_hold = std::chrono::seconds(5);
    Duration gone_hold = std::chrono::seconds(30);
  };
  enum class ClientId : uint64_t {};

  explicit HeldTimes(Options options);

  ClientId Join();
  // A batch of the client was read. `said` is the smallest time of what the client says it holds, `in_batch` that of
  // the batch's events; none where there is nothing.
  void BatchRead(ClientId client, std::optional<Time> said, std::optional<Time> in_batch, MonotonicTime now);
  // The batch just read is in the lanes, which answer for its events from now on.
  void BatchRouted(ClientId client);
  // A batch of the client was answered.
  void BatchAnswered(ClientId client, MonotonicTime now);
  // The client's stream or call ended, well when all of its batches were answered.
  void Leave(ClientId client, MonotonicTime now);

  // The smallest time of all that is held; none when nothing is.
  std::optional<Time> Oldest(MonotonicTime now);

 private:
  struct Client {
    std::optional<Time> said;     // as of its last batch
    std::optional<Time> routing;  // the oldest of the batch that is being routed
    uint32_t unanswered = 0;      // batches
    MonotonicTime quiet_since{};  // last read or answer
  };

  const Options options_;
  sync::Mutex mutex_;
  uint64_t next_client_ ONEWAY_GUARDED_BY(mutex_) = 0;
  std::map<ClientId, Client> clients_ ONEWAY_GUARDED_BY(mutex_);
  // Of clients that left: the oldest by the second in which it lapses, so that short calls take no room.
  std::map<std::chrono::seconds, Time> lapsing_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::partitioner::route
