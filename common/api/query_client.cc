// SPDX-License-Identifier: Apache-2.0
#include "common/api/query_client.h"

#include <glog/logging.h>

#include "absl/strings/str_cat.h"

namespace oneway::api {

QueryClient::~QueryClient() {
  Stop();
}

void QueryClient::Connect(const std::shared_ptr<grpc::Channel>& channel) {
  const sync::MutexLock lock(mutex_);
  CHECK(stub_ == nullptr) << "connected twice";
  stub_ = v1::Query::NewStub(channel);
}

void QueryClient::Stop() {
  std::set<std::shared_ptr<grpc::ClientContext>> calls;
  {
    const sync::MutexLock lock(mutex_);
    stopped_ = true;
    calls = calls_;
  }
  // Without the mutex: gRPC may end a call on the thread that cancels it.
  for (const auto& context : calls) context->TryCancel();
  const sync::MutexLock lock(mutex_);
  while (!calls_.empty()) ended_.Wait(mutex_);
}

absl::StatusOr<std::shared_ptr<v1::Query::Stub>> QueryClient::Begin(std::shared_ptr<grpc::ClientContext> context) {
  const sync::MutexLock lock(mutex_);
  if (stopped_) return absl::UnavailableError("this node is shutting down; ask another one");
  if (stub_ == nullptr) {
    return absl::UnavailableError("this node does not serve yet; /readyz?verbose tells what it waits for");
  }
  if (calls_.size() >= kCallsMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("this node answers ", kCallsMax, " queries already; try again in a second"));
  }
  calls_.insert(std::move(context));
  return stub_;
}

void QueryClient::End(const std::shared_ptr<grpc::ClientContext>& context) {
  const sync::MutexLock lock(mutex_);
  calls_.erase(context);
  ended_.NotifyAll();
}

}  // namespace oneway::api
