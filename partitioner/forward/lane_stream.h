// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/forward/forward_stream.h"
#include "partitioner/forward/lane.h"
#include "partitioner/forward/link_figures.h"

namespace oneway::partitioner::forward {

// Carries one lane over one stream, for as long as the stream lasts: a thread that writes frames, and one that reads
// settlements.
//
// Threading: owned by the link's thread; `on_end` is called from the two of its own.
class LaneStream {
 public:
  // Told once, when the stream ended, with the reason. Must not block.
  using OnEnd = std::function<void(absl::Status)>;

  // Starts: first `open`, then all that is unsettled. `lane` and `figures` outlive it.
  LaneStream(Lane& lane, std::unique_ptr<ForwardStream> stream, v1::StreamOpen open, LinkFigures& figures,
             OnEnd on_end);
  // Breaks the stream where it still runs, and waits for both threads.
  ~LaneStream();

 private:
  void Write(v1::StreamOpen open);
  void Read();

  Lane& lane_;
  const std::unique_ptr<ForwardStream> stream_;
  LinkFigures& figures_;
  const OnEnd on_end_;
  std::thread writer_;
  std::thread reader_;
};

}  // namespace oneway::partitioner::forward
