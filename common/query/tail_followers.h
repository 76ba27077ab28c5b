// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/query/joiner_peer.h"
#include "common/query/sample.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"

namespace oneway::query {

// Follows the tails of joiners for one who wants the tail of the cluster. A joiner that is not heard is named, and is
// asked again until it is.
//
// Threading: owned by the thread that serves the caller; one thread a joiner of its own.
// Ownership: `peers` outlive it. Its end ends the calls and their threads.
class TailFollowers {
 public:
  // Without a word for so long a joiner counts as not heard: it should say something every second.
  static constexpr Duration kSilenceMax = std::chrono::milliseconds(2500);
  static constexpr Duration kRetryAfter = std::chrono::milliseconds(500);

  // Room for `room` decisions until the first Take.
  TailFollowers(const std::vector<const JoinerPeer*>& peers, const v1::TailRequest& request, size_t room);
  ~TailFollowers();
  TailFollowers(const TailFollowers&) = delete;
  TailFollowers& operator=(const TailFollowers&) = delete;

  // Whether every joiner has been heard, or has been found not to answer.
  bool AllKnown() const;

  // What came since the last Take, and who is not heard at `now`; from now on there is room for
  // next_room(decisions taken, passed over).
  template <typename NextRoom>
  v1::TailReply Take(MonotonicTime now, NextRoom next_room) {
    v1::TailReply reply;
    const sync::MutexLock lock(mutex_);
    NameMissing(now, reply);
    reply.set_passed_over(sample_.passed_over());
    const size_t room = next_room(sample_.kept(), sample_.passed_over());
    for (v1::TailDecision& decision : sample_.Take(room)) *reply.add_decisions() = std::move(decision);
    return reply;
  }

 private:
  struct Follower {
    const JoinerPeer* peer;
    grpc::ClientContext* call = nullptr;  // under way; null: none
    MonotonicTime heard_at{};             // epoch: never
    std::string not_heard_because;        // empty: nothing is known against it
    std::thread thread;
  };

  void Follow(Follower& follower);
  grpc::Status FollowOnce(Follower& follower, grpc::ClientContext& context);
  bool Begin(Follower& follower, grpc::ClientContext& context);
  void Hear(Follower& follower, v1::TailReply& reply);
  // False: it is time to end.
  bool AwaitRetry(Follower& follower, const std::string& reason);
  void NameMissing(MonotonicTime now, v1::TailReply& reply) const ONEWAY_REQUIRES(mutex_);

  const v1::TailRequest request_;
  mutable sync::Mutex mutex_;
  sync::ConditionVariable ends_;
  bool stopping_ ONEWAY_GUARDED_BY(mutex_) = false;
  Sample<v1::TailDecision> sample_ ONEWAY_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Follower>> followers_;  // their state is guarded by mutex_
};

}  // namespace oneway::query
