// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/top/rate_meter.h"
#include "cli/top/snapshot.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::cli::top {

// What came of a look: a snapshot, or why there is none.
struct Look {
  grpc::Status status;
  Snapshot snapshot;  // holds only if `status` is OK
};

// Asks a partitioner how the cluster stands, without waiting for the answers: one look at a time.
//
// Threading: owned by one thread. `wake` is called on a thread of gRPC, once for each look.
class Observer {
 public:
  // The balance counts all open keys in one go, so it is asked for less often than the rest.
  static constexpr std::chrono::seconds kBalanceInterval{5};

  // `wake`: a look is over, and Take has something.
  Observer(const std::string& server, std::function<void()> wake);
  // Cancels a look under way; once this returns, `wake` is not called any more.
  ~Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  // Begins a look. Only when none is under way.
  void Begin(Window window);
  bool looking() const { return questions_ != nullptr; }
  // What came of the look that is over, once; none while it is under way. A joiner that did not answer is missing in
  // the snapshot and no failure. A failure may be tried again.
  std::optional<Look> Take();

 private:
  struct Questions;

  bool BalanceIsDue() const;

  const std::unique_ptr<v1::Query::Stub> query_;
  const std::function<void()> wake_;
  std::shared_ptr<Questions> questions_;  // shared with gRPC's threads until each has been answered
  Window window_ = Window::kMinute;       // of those
  v1::BalanceReply balance_;
  std::optional<std::chrono::steady_clock::time_point> balance_at_;
  RateMeter meter_;
};

}  // namespace oneway::cli::top
