// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/joiner/ingest/forward_fixture.h"

#include <glog/logging.h>

#include <chrono>

#include "common/hash/fingerprint.h"

namespace oneway::test {
namespace {

constexpr auto kCallWaitMax = std::chrono::seconds(5);

oneway::v1::ClusterIdentity Cluster() {
  oneway::v1::ClusterIdentity cluster;
  cluster.set_slot_count(hash::kSlotCount);
  cluster.add_joiners("joiner-0");
  return cluster;
}

template <typename Number>
void AppendBytes(Number number, std::string& column) {
  column.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

void ForwardFixture::Serve(bool accept_loss) {
  server_.server.reset();
  service_ = std::make_unique<ingest::ForwardService>(
      ingest::ForwardService::Options{.identity = {.name = "joiner-0", .cluster = Cluster()},
                                      .accept_loss = accept_loss},
      ingest::ForwardService::Parts{.clock = clock_,
                                    .slots = slots_,
                                    .dictionary = joiner_.core().dictionary(),
                                    .store = store_,
                                    .committer = joiner_.committer(),
                                    .gate = gate_,
                                    .runners = joiner_.core().runners()});
  auto server = rpc::StartServer({.listen = "127.0.0.1:0", .services = {service_.get()}});
  CHECK(server.ok()) << server.status();
  server_ = *std::move(server);
  stub_ = oneway::v1::Forward::NewStub(
      grpc::CreateChannel(rpc::ToString(server_.address), grpc::InsecureChannelCredentials()));
}

oneway::v1::HandshakeRequest ForwardFixture::GoodHandshake() const {
  oneway::v1::HandshakeRequest request;
  request.set_wire_version(1);
  *request.mutable_cluster() = Cluster();
  request.set_partitioner("partitioner-0");
  request.set_joiner("joiner-0");
  return request;
}

grpc::Status ForwardFixture::Handshake(const oneway::v1::HandshakeRequest& request, oneway::v1::HandshakeReply& reply) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallWaitMax);
  return stub_->Handshake(&context, request, &reply);
}

std::unique_ptr<ForwardFixture::OpenStream> ForwardFixture::Open(uint32_t shard) {
  return Open(shard, static_cast<uint64_t>(joiner_.committer().view()->mark.run));
}

std::unique_ptr<ForwardFixture::OpenStream> ForwardFixture::Open(uint32_t shard, uint64_t run) {
  auto stream = std::make_unique<OpenStream>();
  stream->rpc = stub_->Stream(&stream->context);
  oneway::v1::ForwardFrame first;
  first.mutable_open()->set_partitioner("partitioner-0");
  first.mutable_open()->set_shard(shard);
  first.mutable_open()->set_run(run);
  stream->rpc->Write(first);
  return stream;
}

oneway::v1::ForwardFrame ForwardFixture::FrameOf(uint64_t first, const std::vector<TestEvent>& events) {
  oneway::v1::ForwardFrame frame;
  oneway::v1::EventColumns& columns = *frame.mutable_events();
  columns.set_first(first);
  columns.set_count(static_cast<uint32_t>(events.size()));
  if (first == 1) columns.add_series_added()->mutable_series()->set_flow("push");
  for (const TestEvent& event : events) {
    columns.mutable_kinds()->push_back(static_cast<char>(event.kind));
    columns.add_times_unix_nanos(ToUnixNanos(time::FakeClock::At(event.at)));
    const hash::Fingerprint fingerprint = hash::FingerprintOf(hash::HashSeed{}, "push", event.key);
    AppendBytes(fingerprint.high, *columns.mutable_fingerprints());
    AppendBytes(fingerprint.low, *columns.mutable_fingerprints());
    AppendBytes(static_cast<uint16_t>(event.key.size()), *columns.mutable_key_sizes());
    *columns.mutable_keys() += event.key;
    columns.add_series(0);
  }
  return frame;
}

}  // namespace oneway::test
