// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/visibility_probe.h"

#include <glog/logging.h>
#include <grpcpp/grpcpp.h>

#include "common/rpc/channel.h"

namespace oneway::bench {
namespace {

constexpr auto kPause = std::chrono::milliseconds(50);
// Then it was refused, or is lost.
constexpr auto kVisibleWithin = std::chrono::seconds(30);
constexpr char kProbeFlow[] = "probe";

v1::IngestBatch BatchOf(v1::EventKind kind, const std::string& key) {
  v1::IngestBatch batch;
  batch.set_batch(1);
  batch.add_series()->set_flow(kProbeFlow);
  v1::Event& event = *batch.add_events();
  event.set_kind(kind);
  event.set_key(key);
  event.set_time_unix_nanos(ToUnixNanos(std::chrono::system_clock::now()));
  return batch;
}

}  // namespace

VisibilityProbe::VisibilityProbe(const std::string& target)
    : ingest_(v1::Ingest::NewStub(rpc::ChannelTo(target))), query_(v1::Query::NewStub(rpc::ChannelTo(target))) {
  thread_ = std::thread([this] { Run(); });
}

VisibilityProbe::~VisibilityProbe() {
  Stop();
}

histogram::Histogram VisibilityProbe::Stop() {
  {
    const sync::MutexLock lock(mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
  return latencies_;
}

void VisibilityProbe::Run() {
  const std::string prefix = std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-";
  for (uint64_t number = 0; WaitForNext(); ++number) Probe(prefix + std::to_string(number));
}

bool VisibilityProbe::WaitForNext() {
  const sync::MutexLock lock(mutex_);
  const auto next = std::chrono::steady_clock::now() + kPause;
  while (!stopping_ && changed_.WaitUntil(mutex_, next)) {
  }
  return !stopping_;
}

void VisibilityProbe::Probe(const std::string& key) {
  v1::IngestAnswer started;
  grpc::ClientContext start_context;
  CHECK(ingest_->Send(&start_context, BatchOf(v1::START, key), &started).ok());

  const auto sent_at = std::chrono::steady_clock::now();
  grpc::ClientContext end_context;
  grpc::CompletionQueue queue;
  const auto end = ingest_->AsyncSend(&end_context, BatchOf(v1::END, key), &queue);
  v1::IngestAnswer ended;
  grpc::Status end_status;
  end->Finish(&ended, &end_status, nullptr);

  v1::KeyRequest request;
  request.set_flow(kProbeFlow);
  request.set_key(key);
  v1::KeyReply reply;
  do {
    CHECK(std::chrono::steady_clock::now() - sent_at < kVisibleWithin)
        << "an end did not become visible: the run is void";
    grpc::ClientContext query_context;
    CHECK(query_->Key(&query_context, request, &reply).ok());
  } while (reply.state() != v1::MATCHED);
  latencies_.Record(std::chrono::steady_clock::now() - sent_at);

  void* tag = nullptr;
  bool ok = false;
  CHECK(queue.Next(&tag, &ok) && end_status.ok()) << end_status.error_message();
}

}  // namespace oneway::bench
