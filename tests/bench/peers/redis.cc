// SPDX-License-Identifier: Apache-2.0
//
// Matching with Redis, as its users do it: SET with a time to live at a start, GETDEL at an end, pipelined.
#include <glog/logging.h>
#include <hiredis/hiredis.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "tests/bench/peers/peer_load.h"

namespace oneway::bench {
namespace {

class Redis {
 public:
  explicit Redis(const std::string& socket) : context_(redisConnectUnix(socket.c_str()), &redisFree) {
    CHECK(context_ != nullptr && context_->err == 0) << "cannot connect to " << socket;
  }

  uint64_t Send(const std::vector<PeerEvent>& batch) {
    for (const PeerEvent& event : batch) {
      const int queued = event.kind == event::Kind::kStart ? QueueStart(event) : QueueEnd(event);
      CHECK_EQ(queued, REDIS_OK);
    }
    uint64_t matched = 0;
    for (const PeerEvent& event : batch) {
      const bool found = TakeReply();
      matched += found && event.kind == event::Kind::kEnd;
    }
    return matched;
  }

 private:
  int QueueStart(const PeerEvent& event) {
    return redisAppendCommand(context_.get(), "SET %b %lld PX 600000 NX", event.key.data(), event.key.size(),
                              static_cast<long long>(event.time.time_since_epoch().count()));
  }
  int QueueEnd(const PeerEvent& event) {
    return redisAppendCommand(context_.get(), "GETDEL %b", event.key.data(), event.key.size());
  }

  bool TakeReply() {
    void* raw = nullptr;
    CHECK_EQ(redisGetReply(context_.get(), &raw), REDIS_OK) << context_->errstr;
    const std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(raw), &freeReplyObject);
    CHECK_NE(reply->type, REDIS_REPLY_ERROR) << reply->str;
    return reply->type == REDIS_REPLY_STRING;
  }

  const std::unique_ptr<redisContext, void (*)(redisContext*)> context_;
};

int Main(int argc, char** argv) {
  CLI::App app("The benchmark's load on Redis");
  std::string socket;
  PeerLoadOptions options;
  app.add_option("--socket", socket)->required();
  app.add_option("--flows", options.flows);
  CLI11_PARSE(app, argc, argv);
  Redis redis(socket);
  RunPeerLoad(options, [&redis](const std::vector<PeerEvent>& batch) { return redis.Send(batch); }).Print();
  return 0;
}

}  // namespace
}  // namespace oneway::bench

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_logtostderr = true;
  return oneway::bench::Main(argc, argv);
}
