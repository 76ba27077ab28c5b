// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/joiner_link.h"

#include <glog/logging.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::partitioner::forward {
namespace {

constexpr uint32_t kWireVersion = 1;
// More than any machine has cores; a joiner that says otherwise is mistaken.
constexpr uint32_t kShardsMax = 1024;
// A connection that served for so long was a good one: after it, the first attempt comes soon again.
constexpr Duration kGoodConnection = std::chrono::seconds(5);

}  // namespace

JoinerLink::JoinerLink(Identity identity, const LaneContext& context, JoinerPort port, Backoff::Options backoff)
    : identity_(std::move(identity)),
      context_(context),
      port_(std::move(port)),
      lanes_(context),
      backoff_(backoff, std::random_device{}()) {}

JoinerLink::~JoinerLink() {
  Stop();
}

void JoinerLink::Start() {
  thread_ = std::thread([this] { Run(); });
}

void JoinerLink::RequestStop() {
  const sync::MutexLock lock(mutex_);
  stopping_ = true;
  changed_.NotifyAll();
}

void JoinerLink::Stop() {
  RequestStop();
  if (thread_.joinable()) thread_.join();
}

void JoinerLink::Run() {
  do {
    const auto reply = Greet();
    OnLost(reply.ok() ? Serve(*reply) : reply.status());
  } while (WaitToRetry());
}

absl::StatusOr<v1::HandshakeReply> JoinerLink::Greet() {
  v1::HandshakeRequest request;
  request.set_wire_version(kWireVersion);
  *request.mutable_cluster() = identity_.cluster;
  request.set_partitioner(identity_.partitioner);
  request.set_joiner(identity_.joiner);
  const JoinerMark highest = context_.highest_mark.value();
  request.mutable_highest_acked()->set_run(highest.run);
  request.mutable_highest_acked()->set_commit(highest.commit);

  auto reply = port_.handshake(request);
  if (!reply.ok()) return reply;
  if (reply->wire_version() != kWireVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("speaks wire version ", reply->wire_version(), ", this partitioner ", kWireVersion));
  }
  if (reply->shards() == 0 || reply->shards() > kShardsMax) {
    return absl::InternalError(absl::StrCat("says it has ", reply->shards(), " shards"));
  }
  return reply;
}

absl::Status JoinerLink::Serve(const v1::HandshakeReply& reply) {
  lanes_.Reshape(reply.shards());
  {
    const sync::MutexLock lock(mutex_);
    ended_.reset();
  }
  OnConnected(reply.shards());
  std::vector<std::unique_ptr<LaneStream>> streams;
  for (uint32_t shard = 0; shard < reply.shards(); ++shard) {
    v1::StreamOpen open;
    open.set_partitioner(identity_.partitioner);
    open.set_shard(shard);
    open.set_run(reply.durable().run());
    streams.push_back(std::make_unique<LaneStream>(*lanes_.lanes()[shard], port_.open_stream(), std::move(open),
                                                   context_.figures,
                                                   [this](absl::Status reason) { OnStreamEnd(std::move(reason)); }));
  }
  const MonotonicTime connected_at = context_.clock.Monotonic();
  absl::Status end = WaitForEnd();
  if (context_.clock.Monotonic() - connected_at >= kGoodConnection) backoff_.Reset();
  return end;
}

absl::Status JoinerLink::WaitForEnd() {
  const sync::MutexLock lock(mutex_);
  while (!stopping_ && !ended_) changed_.Wait(mutex_);
  connected_lanes_ = 0;
  if (!ended_) return absl::CancelledError("this partitioner stops");
  return ended_->ok() ? absl::UnavailableError("the joiner ended a stream") : *ended_;
}

void JoinerLink::OnStreamEnd(absl::Status reason) {
  const sync::MutexLock lock(mutex_);
  if (!ended_) ended_ = std::move(reason);
  changed_.NotifyAll();
}

void JoinerLink::OnConnected(uint32_t lanes) {
  context_.figures.connects.fetch_add(1, std::memory_order_relaxed);
  LOG(INFO) << "joiner " << identity_.joiner << ": connected, " << lanes << " shards";
  last_logged_.clear();
  const sync::MutexLock lock(mutex_);
  connected_lanes_ = lanes;
  not_ready_.clear();
}

void JoinerLink::OnLost(const absl::Status& reason) {
  std::string message(reason.message());
  if (message.empty()) message = reason.ToString();
  {
    const sync::MutexLock lock(mutex_);
    if (stopping_) return;
    if (not_ready_.empty()) context_.figures.breaks.fetch_add(1, std::memory_order_relaxed);
    not_ready_ = message;
  }
  if (message == last_logged_) return;
  LOG(WARNING) << "joiner " << identity_.joiner << ": " << message << "; trying again";
  last_logged_ = std::move(message);
}

bool JoinerLink::WaitToRetry() {
  const MonotonicTime retry_at = std::chrono::steady_clock::now() + backoff_.Next();
  const sync::MutexLock lock(mutex_);
  while (!stopping_) {
    if (!changed_.WaitUntil(mutex_, retry_at)) return !stopping_;
  }
  return false;
}

std::optional<std::string> JoinerLink::NotReadyReason() const {
  const sync::MutexLock lock(mutex_);
  if (not_ready_.empty()) return std::nullopt;
  return not_ready_;
}

uint32_t JoinerLink::connected_lanes() const {
  const sync::MutexLock lock(mutex_);
  return connected_lanes_;
}

}  // namespace oneway::partitioner::forward
