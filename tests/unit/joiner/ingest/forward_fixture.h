// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/rpc/server.h"
#include "joiner/ingest/forward_service.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {

// A ForwardService over a real connection, before a joiner of one shard whose disk and clock the test holds.
class ForwardFixture : public testing::Test {
 protected:
  using ClientStream = grpc::ClientReaderWriter<oneway::v1::ForwardFrame, oneway::v1::SettleFrame>;
  // One stream of a partitioner.
  struct OpenStream {
    grpc::ClientContext context;
    std::unique_ptr<ClientStream> rpc;
  };

  ForwardFixture() { Serve(/*accept_loss=*/false); }

  // Serves anew, with everything else as it was.
  void Serve(bool accept_loss);

  // As a partitioner of the same cluster would say it.
  oneway::v1::HandshakeRequest GoodHandshake() const;
  grpc::Status Handshake(const oneway::v1::HandshakeRequest& request, oneway::v1::HandshakeReply& reply);
  grpc::Status Handshake(const oneway::v1::HandshakeRequest& request) {
    oneway::v1::HandshakeReply reply;
    return Handshake(request, reply);
  }

  // Opens a stream of the run that the joiner is of now.
  std::unique_ptr<OpenStream> Open(uint32_t shard = 0);
  std::unique_ptr<OpenStream> Open(uint32_t shard, uint64_t run);
  // `events` as the frame that begins with number `first`; the frame of 1 brings the dictionary.
  static oneway::v1::ForwardFrame FrameOf(uint64_t first, const std::vector<TestEvent>& events);

  time::FakeClock clock_;
  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(1);
  journal::MemoryStore store_{std::make_shared<journal::MemoryDisk>()};
  JoinerHarness joiner_{JoinerHarness::OptionsFor({}, 1), clock_, store_};
  ingest::ServingGate gate_;
  std::unique_ptr<ingest::ForwardService> service_;
  rpc::RunningServer server_;
  std::unique_ptr<oneway::v1::Forward::Stub> stub_;
};

}  // namespace oneway::test
