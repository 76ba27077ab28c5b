// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "oneway/v1/ingest.pb.h"

namespace oneway::client {

// Why a stream is over.
struct StreamEnd {
  std::string reason;                                   // for people; never empty
  std::optional<std::chrono::nanoseconds> retry_after;  // the server asked not to come back earlier
};

// Told by an EventSink what happens on its stream.
// Threading: called from any thread, also from within the sink's own methods; must not call the sink.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  // The batch of the last Send() may be changed, and another one sent.
  virtual void OnWritable() = 0;
  virtual void OnAnswer(const v1::IngestAnswer& answer) = 0;
  // Nothing follows it. Once a stream, except after Close().
  virtual void OnEnd(const StreamEnd& end) = 0;
};

// Where the client's thread sends batches: one stream at a time to a partitioner. A seam: GrpcEventSink in services,
// FakeEventSink in tests.
//
// Flow: Sender -> EventSink -> partitioner; what comes back goes to the StreamListener.
// Threading: owned by the sender's thread.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // Opens a stream to the target, "host:port", and returns at once: a failure is told by OnEnd. Nothing may be open.
  // The listener must outlive the stream. A first batch may be sent without waiting for OnWritable.
  virtual void Open(const std::string& target, StreamListener& listener) = 0;

  // Sends the batch, which must stay as it is until OnWritable or OnEnd; another one may be sent after OnWritable only.
  // Never blocks. A batch sent on a stream that is ending is lost, and OnEnd follows.
  virtual void Send(const v1::IngestBatch& batch) = 0;

  // Ends the stream, whatever is under way. When it returns, the listener is called no more. May be repeated.
  virtual void Close() = 0;
};

}  // namespace oneway::client
