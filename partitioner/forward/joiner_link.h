// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/forward/backoff.h"
#include "partitioner/forward/forward_stream.h"
#include "partitioner/forward/lane_set.h"
#include "partitioner/forward/lane_stream.h"

namespace oneway::partitioner::forward {

// Keeps this process connected to one joiner: handshake, one stream for each shard, and all of it anew, after a growing
// pause, whenever one of the streams ends. Events wait in the lanes meanwhile.
//
// Threading: thread-safe; works in a thread of its own.
class JoinerLink {
 public:
  struct Identity {
    v1::ClusterIdentity cluster;
    std::string partitioner;  // our name
    std::string joiner;       // its name
  };

  // `context` outlives the link.
  JoinerLink(Identity identity, const LaneContext& context, JoinerPort port, Backoff::Options backoff);
  // Stops it, as Stop.
  ~JoinerLink();

  void Start();
  // Begins what Stop waits for, so that several links can stop side by side.
  void RequestStop();
  // Breaks the streams and ends the thread, at most a handshake's time later. What is unsettled stays unanswered.
  void Stop();

  LaneSet& lanes() { return lanes_; }
  const LaneSet& lanes() const { return lanes_; }
  const std::string& joiner() const { return identity_.joiner; }
  // Nothing when the joiner's streams are open; otherwise why not, for people.
  std::optional<std::string> NotReadyReason() const;
  uint32_t connected_lanes() const;

 private:
  void Run();
  absl::StatusOr<v1::HandshakeReply> Greet();
  // Returns why the connection ended.
  absl::Status Serve(const v1::HandshakeReply& reply);
  absl::Status WaitForEnd();
  void OnStreamEnd(absl::Status reason);
  void OnConnected(uint32_t lanes);
  void OnLost(const absl::Status& reason);
  bool WaitToRetry();

  const Identity identity_;
  const LaneContext& context_;
  const JoinerPort port_;
  LaneSet lanes_;
  Backoff backoff_;

  mutable sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  bool stopping_ ONEWAY_GUARDED_BY(mutex_) = false;
  uint32_t connected_lanes_ ONEWAY_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Status> ended_ ONEWAY_GUARDED_BY(mutex_);  // the first stream that ended since they were opened
  std::string not_ready_ ONEWAY_GUARDED_BY(mutex_) = "not connected yet";
  std::string last_logged_;  // only the link's thread: a failure is logged when it changes, not at every attempt
  std::thread thread_;
};

}  // namespace oneway::partitioner::forward
