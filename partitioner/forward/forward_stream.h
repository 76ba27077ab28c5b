// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "oneway/v1/forward.pb.h"

namespace oneway::partitioner::forward {

// One ordered stream to one shard of a joiner. A seam: GrpcForwardStream, and FakeForwardStream in tests; both pass
// tests/contract/forward_stream.
//
// Threading: one thread writes, one reads, and any may cancel.
class ForwardStream {
 public:
  virtual ~ForwardStream() = default;
  // Waits while the joiner takes nothing. False when the stream is broken; the reader learns why.
  virtual bool Write(const v1::ForwardFrame& frame) = 0;
  // Waits for the next frame; false when there will be none.
  virtual bool Read(v1::SettleFrame& frame) = 0;
  // After Read said false, by the reading thread, once: why the stream ended; OK when the joiner ended it well.
  virtual absl::Status Finish() = 0;
  // Breaks the stream: Write and Read return false soon, also those that wait.
  virtual void Cancel() = 0;
};

// How to reach one joiner.
struct JoinerPort {
  // Waits at most a few seconds. FAILED_PRECONDITION says what differs in the two configurations, or what was lost.
  std::function<absl::StatusOr<v1::HandshakeReply>(const v1::HandshakeRequest&)> handshake;
  std::function<std::unique_ptr<ForwardStream>()> open_stream;
};

}  // namespace oneway::partitioner::forward
