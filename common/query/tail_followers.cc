// SPDX-License-Identifier: Apache-2.0
#include "common/query/tail_followers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/query/gather.h"

namespace oneway::query {
namespace {

MonotonicTime Now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

TailFollowers::TailFollowers(const std::vector<const JoinerPeer*>& peers, const v1::TailRequest& request, size_t room)
    : request_(request), sample_(room) {
  for (const JoinerPeer* peer : peers) followers_.push_back(std::make_unique<Follower>(Follower{.peer = peer}));
  for (const auto& follower : followers_) follower->thread = std::thread([this, &follower] { Follow(*follower); });
}

TailFollowers::~TailFollowers() {
  {
    const sync::MutexLock lock(mutex_);
    stopping_ = true;
    for (const auto& follower : followers_) {
      if (follower->call != nullptr) follower->call->TryCancel();
    }
    ends_.NotifyAll();
  }
  for (const auto& follower : followers_) follower->thread.join();
}

bool TailFollowers::AllKnown() const {
  const sync::MutexLock lock(mutex_);
  return std::all_of(followers_.begin(), followers_.end(), [](const auto& follower) {
    return follower->heard_at != MonotonicTime{} || !follower->not_heard_because.empty();
  });
}

void TailFollowers::Follow(Follower& follower) {
  while (true) {
    grpc::ClientContext context;
    if (!Begin(follower, context)) return;
    const grpc::Status status = FollowOnce(follower, context);
    if (!AwaitRetry(follower, status.ok() ? "its tail ended" : Missing(*follower.peer, status).reason())) return;
  }
}

// Until the call ends.
grpc::Status TailFollowers::FollowOnce(Follower& follower, grpc::ClientContext& context) {
  const auto stream = follower.peer->stub->LocalTail(&context, request_);
  v1::TailReply reply;
  while (stream->Read(&reply)) {
    if (IsSomebodyElse(*follower.peer, reply.joiner())) {
      context.TryCancel();
      stream->Finish();
      return {grpc::StatusCode::FAILED_PRECONDITION, MissingAsSomebodyElse(*follower.peer, reply.joiner()).reason()};
    }
    Hear(follower, reply);
  }
  return stream->Finish();
}

bool TailFollowers::Begin(Follower& follower, grpc::ClientContext& context) {
  const sync::MutexLock lock(mutex_);
  if (!stopping_) follower.call = &context;
  return !stopping_;
}

void TailFollowers::Hear(Follower& follower, v1::TailReply& reply) {
  const sync::MutexLock lock(mutex_);
  follower.heard_at = Now();
  follower.not_heard_because.clear();
  for (v1::TailDecision& decision : *reply.mutable_decisions()) {
    sample_.Offer([&decision] { return std::move(decision); });
  }
  sample_.AddPassedOver(reply.passed_over());
}

bool TailFollowers::AwaitRetry(Follower& follower, const std::string& reason) {
  const MonotonicTime retry_at = Now() + kRetryAfter;
  const sync::MutexLock lock(mutex_);
  follower.call = nullptr;
  follower.not_heard_because = reason;
  while (!stopping_ && Now() < retry_at) ends_.WaitUntil(mutex_, retry_at);
  return !stopping_;
}

void TailFollowers::NameMissing(MonotonicTime now, v1::TailReply& reply) const {
  for (const auto& follower : followers_) {
    const JoinerPeer& peer = *follower->peer;
    if (!follower->not_heard_because.empty()) {
      *reply.add_missing() = MissingBecause(peer, follower->not_heard_because);
    } else if (follower->heard_at == MonotonicTime{}) {
      *reply.add_missing() = MissingBecause(peer, absl::StrCat("has not answered yet at ", peer.address));
    } else if (now - follower->heard_at > kSilenceMax) {
      const auto silent = std::chrono::duration_cast<std::chrono::seconds>(now - follower->heard_at);
      *reply.add_missing() =
          MissingBecause(peer, absl::StrCat("has not said a word for ", silent.count(), " s at ", peer.address));
    }
  }
}

}  // namespace oneway::query
