// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "client/internal/event_sink.h"

namespace oneway::client {

// The stream of service Ingest, over gRPC's callback interface: no thread of ours waits in a read or a write, so that a
// server that stops reading, or answering, holds nothing up.
// Threading: owned by the sender's thread; the listener is called from gRPC's threads.
class GrpcEventSink final : public EventSink {
 public:
  GrpcEventSink();
  ~GrpcEventSink() override;

  void Open(const std::string& target, StreamListener& listener) override;
  void Send(const v1::IngestBatch& batch) override;
  void Close() override;

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace oneway::client
