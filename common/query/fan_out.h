// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_unary_call.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "common/query/joiner_peer.h"

namespace oneway::query {

// What became of a call to one joiner; `reply` holds only if `status` is OK.
template <typename Reply>
struct Answer {
  grpc::Status status;
  Reply reply;
};

// A method of JoinerQuery as its stub prepares it.
template <typename Request, typename Reply>
using JoinerMethod = std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> (v1::JoinerQuery::Stub::*)(
    grpc::ClientContext*, const Request&, grpc::CompletionQueue*);

// When calls on behalf of `caller` have to be answered: `timeout` from now, or earlier if the caller waits less long; a
// fifth of the caller's time stays, so that what did arrive still reaches it.
std::chrono::system_clock::time_point DeadlineFor(const grpc::ServerContext& caller, Duration timeout);

// Asks all of `peers` at the same time and waits for every answer, at most until `deadline`. The answers stand in the
// order of the peers. When the caller goes away, the calls are cancelled. Called on the thread that serves `caller`.
template <typename Request, typename Reply>
std::vector<Answer<Reply>> AskAll(const std::vector<const JoinerPeer*>& peers, JoinerMethod<Request, Reply> method,
                                  const Request& request, const grpc::ServerContext& caller,
                                  std::chrono::system_clock::time_point deadline) {
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Reply>> reader;
  };
  grpc::CompletionQueue queue;
  std::vector<Answer<Reply>> answers(peers.size());
  std::vector<Call> calls(peers.size());
  for (size_t i = 0; i < peers.size(); ++i) {
    calls[i].context = grpc::ClientContext::FromServerContext(caller);
    calls[i].context->set_deadline(deadline);
    calls[i].reader = (peers[i]->stub.get()->*method)(calls[i].context.get(), request, &queue);
    calls[i].reader->StartCall();
    calls[i].reader->Finish(&answers[i].reply, &answers[i].status, &answers[i]);
  }

  void* tag = nullptr;
  bool ok = false;
  for (size_t finished = 0; finished < peers.size(); ++finished) queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) continue;
  return answers;
}

}  // namespace oneway::query
