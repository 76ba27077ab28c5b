// SPDX-License-Identifier: Apache-2.0
//
// Matching with Redis, as its users do it: SET with a time to live at a start, GETDEL at an end, pipelined.
#include <glog/logging.h>
#include <hiredis/hiredis.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/peers/peer_load.h"

namespace oneway::bench {
namespace {

using Context = std::unique_ptr<redisContext, void (*)(redisContext*)>;
using Reply = std::unique_ptr<redisReply, void (*)(redisReply*)>;

// Several connections that are used at the same time, so that Redis can put what they sent behind one fsync. A flow
// keeps to one of them, so that its events stay in order.
class Redis {
 public:
  Redis(const std::string& socket, uint32_t connections) : kinds_(connections) {
    for (uint32_t i = 0; i < connections; ++i) {
      const Context& context = contexts_.emplace_back(redisConnectUnix(socket.c_str()), &redisFree);
      CHECK(context != nullptr && context->err == 0) << "cannot connect to " << socket;
    }
  }

  uint64_t Send(const std::vector<PeerEvent>& batch) {
    for (const PeerEvent& event : batch) {
      const size_t at = event.flow % contexts_.size();
      Queue(*contexts_[at], event);
      kinds_[at].push_back(event.kind);
    }
    for (const Context& context : contexts_) Write(*context);
    uint64_t matched = 0;
    for (size_t at = 0; at < contexts_.size(); ++at) {
      for (const event::Kind kind : kinds_[at]) {
        const bool found = TakeReply(*contexts_[at])->type == REDIS_REPLY_STRING;
        matched += found && kind == event::Kind::kEnd;
      }
      kinds_[at].clear();
    }
    return matched;
  }

 private:
  static void Queue(redisContext& context, const PeerEvent& event) {
    const int queued =
        event.kind == event::Kind::kStart
            ? redisAppendCommand(&context, "SET %b %lld PX 600000 NX", event.key.data(), event.key.size(),
                                 static_cast<long long>(event.time.time_since_epoch().count()))
            : redisAppendCommand(&context, "GETDEL %b", event.key.data(), event.key.size());
    CHECK_EQ(queued, REDIS_OK);
  }

  // All that is queued; replies are short enough to wait in the socket meanwhile.
  static void Write(redisContext& context) {
    for (int done = 0; done == 0;) CHECK_EQ(redisBufferWrite(&context, &done), REDIS_OK) << context.errstr;
  }

  static Reply TakeReply(redisContext& context) {
    void* raw = nullptr;
    CHECK_EQ(redisGetReply(&context, &raw), REDIS_OK) << context.errstr;
    Reply reply(static_cast<redisReply*>(raw), [](redisReply* taken) { freeReplyObject(taken); });
    CHECK_NE(reply->type, REDIS_REPLY_ERROR) << reply->str;
    return reply;
  }

  std::vector<Context> contexts_;
  std::vector<std::vector<event::Kind>> kinds_;  // of what waits for its reply, for each connection
};

int Main(int argc, char** argv) {
  CLI::App app("The benchmark's load on Redis");
  std::string socket;
  PeerLoadOptions options;
  app.add_option("--socket", socket)->required();
  uint32_t connections = 128;
  app.add_option("--flows", options.flows);
  app.add_option("--flows-per-second", options.flows_per_second, "by the events' own times");
  app.add_option("--connections", connections, "that are used at the same time");
  app.add_option("--batch", options.batch_events, "events of each connection that are sent together");
  CLI11_PARSE(app, argc, argv);
  options.batch_events *= connections;
  Redis redis(socket, connections);
  RunPeerLoad(options, {.send = [&redis](const std::vector<PeerEvent>& batch) { return redis.Send(batch); }}).Print();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  return oneway::bench::Main(argc, argv);
}
