// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "client/internal/grpc_event_sink.h"
#include "common/time/time.h"
#include "oneway/v1/ingest.pb.h"

namespace oneway::test::crash {

using Batch = std::shared_ptr<const v1::IngestBatch>;

// A client host's way to one partitioner: a stream that is opened again after every failure. What it carried and had no
// answer for, it gives back.
//
// Flow: ClientHost -> Route -> client::EventSink, the SDK's own, -> partitioner.
// Threading: owned by the io_context's thread, which also calls back. The io_context outlives it.
class Route final : private client::StreamListener {
 public:
  struct Callbacks {
    std::function<void(const v1::IngestAnswer&)> on_answer;
    // Batches that were given to Send and will have no answer; they may or may not have arrived.
    std::function<void(const std::vector<Batch>&)> on_lost;
  };
  // A stream that owes an answer for so long is given up.
  static constexpr Duration kAnswerWaitMax = std::chrono::seconds(2);

  Route(boost::asio::io_context& io_context, std::string target, Callbacks callbacks);
  ~Route() override;

  // Sends it as soon as there is a stream, and the batches before it are written. Its number must be new to this route
  // or have been given back.
  void Send(Batch batch);
  // Whether a stream is open and has not failed so far.
  bool is_open() const { return open_; }
  // Gives the stream up if it owes an answer for too long. Call it now and then.
  void GiveUpIfSilent();

 private:
  struct Unanswered {
    Batch batch;
    MonotonicTime sent_at;
  };

  // From gRPC's threads.
  void OnWritable() override;
  void OnAnswer(const v1::IngestAnswer& answer) override;
  void OnEnd(const client::StreamEnd& end) override;
  // Runs `reaction` on our thread, unless the stream that it is about is another one by then.
  void Post(std::function<void()> reaction);

  void Open();
  void Pump();
  void Lose();
  void OpenLater();

  boost::asio::io_context& io_context_;
  const std::string target_;
  const Callbacks callbacks_;
  boost::asio::steady_timer reopen_;
  std::minstd_rand random_{std::random_device{}()};
  Duration backoff_;
  // Written while no stream is open, so that gRPC's threads may read it.
  uint64_t stream_ = 0;
  bool open_ = false;
  bool writable_ = false;
  Batch writing_;                              // stays as it is until it is written or the stream is closed
  std::deque<Batch> waiting_;                  // to be written
  std::map<uint64_t, Unanswered> unanswered_;  // by number of the batch
  client::GrpcEventSink sink_;                 // last: it calls back until it is gone
};

}  // namespace oneway::test::crash
