// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "common/rpc/server.h"
#include "oneway/v1/query.grpc.pb.h"

namespace oneway::query {

// A joiner that answers queries with what the test put in, on a free port of the loopback.
// Threading: the test changes it only between queries.
class FakeJoiner final : public v1::JoinerQuery::Service {
 public:
  FakeJoiner() : running_(*rpc::StartServer({.listen = "127.0.0.1:0", .services = {this}})) {}
  ~FakeJoiner() override {
    silence_.set_value();
    Stop();
  }

  std::string address() const { return ToString(running_.address); }
  // From now on nobody listens at its address.
  void Stop() {
    if (running_.server != nullptr) stop_.set_value();
    running_.server.reset();
  }
  // Listens there again.
  void StartAgain() {
    stop_ = {};
    stopping_ = stop_.get_future().share();
    running_ = *rpc::StartServer({.listen = address(), .services = {this}});
  }
  // Takes calls but does not answer them until it is destroyed.
  void FallSilent() { silent_ = true; }

  grpc::Status LocalStats(grpc::ServerContext*, const v1::StatsRequest* request, v1::LocalStatsReply* reply) override {
    asked_window_seconds = request->window_seconds();
    return Give(stats, reply);
  }
  grpc::Status LocalKey(grpc::ServerContext*, const v1::KeyRequest* request, v1::KeyReply* reply) override {
    asked_keys.push_back(request->key());
    return Give(key, reply);
  }
  grpc::Status LocalBalance(grpc::ServerContext*, const v1::BalanceRequest*, v1::BalanceReply* reply) override {
    return Give(balance, reply);
  }
  grpc::Status LocalTimeline(grpc::ServerContext*, const v1::TimelineRequest* request,
                             v1::LocalTimelineReply* reply) override {
    asked_timeline = *request;
    return Give(timeline, reply);
  }
  grpc::Status LocalOverdue(grpc::ServerContext*, const v1::OverdueRequest*, v1::OverdueReply* reply) override {
    return Give(overdue, reply);
  }
  grpc::Status LocalSlowest(grpc::ServerContext*, const v1::SlowestRequest*, v1::SlowestReply* reply) override {
    return Give(slowest, reply);
  }
  grpc::Status LocalNode(grpc::ServerContext*, const v1::ClusterRequest*, v1::JoinerNode* reply) override {
    return Give(node, reply);
  }
  // Tells `tail` once, and then that it is there.
  grpc::Status LocalTail(grpc::ServerContext* context, const v1::TailRequest*,
                         grpc::ServerWriter<v1::TailReply>* writer) override {
    if (silent_) silenced_.wait();
    v1::TailReply reply = tail;
    while (!context->IsCancelled() && writer->Write(reply)) {
      reply.Clear();
      if (stopping_.wait_for(std::chrono::milliseconds(100)) == std::future_status::ready) break;
    }
    return grpc::Status::OK;
  }

  v1::LocalTimelineReply timeline;
  v1::OverdueReply overdue;
  v1::SlowestReply slowest;
  v1::JoinerNode node;
  v1::TailReply tail;
  v1::TimelineRequest asked_timeline;
  v1::LocalStatsReply stats;
  v1::KeyReply key;
  v1::BalanceReply balance;
  grpc::Status status;  // what it answers if not OK
  uint32_t asked_window_seconds = 0;
  std::vector<std::string> asked_keys;

 private:
  template <typename Reply>
  grpc::Status Give(const Reply& prepared, Reply* reply) {
    if (silent_) silenced_.wait();
    *reply = prepared;
    return status;
  }

  bool silent_ = false;
  std::promise<void> silence_;
  std::shared_future<void> silenced_ = silence_.get_future().share();
  std::promise<void> stop_;
  std::shared_future<void> stopping_ = stop_.get_future().share();
  rpc::RunningServer running_;
};

}  // namespace oneway::query
