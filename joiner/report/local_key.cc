// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/local_key.h"

#include <future>
#include <memory>

#include "absl/strings/str_cat.h"
#include "joiner/ingest/mark_proto.h"
#include "joiner/report/figures_proto.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {
namespace {

void Fill(const join::KeyStory& story, oneway::v1::KeyReply& reply) {
  reply.set_state(oneway::v1::KeyState(static_cast<int>(story.state) + 1));
  if (story.started_at) reply.set_started_unix_nanos(ToUnixNanos(*story.started_at));
  if (story.ended_at) reply.set_ended_unix_nanos(ToUnixNanos(*story.ended_at));
  if (story.latency) reply.set_latency_nanos(story.latency->count());
  if (story.deadline) reply.set_deadline_unix_nanos(ToUnixNanos(*story.deadline));
  if (story.parts) report::Fill(*story.parts, *reply.mutable_parts());
  reply.set_empty(story.empty);
}

// Flows that share the numbers of `__other__` have no name of their own here.
std::optional<flow::FlowId> FindFlowOrOther(const ledger::Dictionary& dictionary, const std::string& name) {
  const std::optional<flow::FlowId> flow = FindFlow(dictionary, name);
  return flow ? flow : FindFlow(dictionary, ledger::kOtherFlow);
}

}  // namespace

grpc::Status AnswerKey(const LocalQueryParts& parts, const v1::KeyRequest& request, v1::KeyReply& reply) {
  const hash::Fingerprint fingerprint = hash::FingerprintOf(parts.seed, request.flow(), request.key());
  const hash::SlotId slot = hash::SlotOf(fingerprint);
  const auto slot_number = static_cast<uint32_t>(slot);
  if (parts.slots.OwnerOf(slot) != parts.own) {
    return {grpc::StatusCode::FAILED_PRECONDITION,
            absl::StrCat("the key is in slot ", slot_number, ", which is not one of ", parts.joiner)};
  }
  reply.set_joiner(parts.joiner);
  reply.set_slot(slot_number);
  reply.set_state(oneway::v1::ABSENT);
  ingest::Fill(parts.committer.view()->mark, *reply.mutable_mark());
  const std::optional<flow::FlowId> flow = FindFlowOrOther(parts.dictionary, request.flow());
  if (!flow) return grpc::Status::OK;

  using Answer = std::pair<journal::Mark, join::KeyStory>;
  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = promise->get_future();
  shard::KeyInquiry inquiry{.fingerprint = fingerprint, .flow = *flow};
  inquiry.on_answer = [promise = std::move(promise)](const journal::Mark& durable, const join::KeyStory& story) {
    promise->set_value({durable, story});
  };
  parts.runners[slot_number % parts.runners.size()]->inbox().Put(std::move(inquiry),
                                                                 std::chrono::steady_clock::now() + kAnswerWaitMax);
  const std::optional<Answer> answer = shard::Await(future, kAnswerWaitMax);
  if (!answer) return TooBusy();
  ingest::Fill(answer->first, *reply.mutable_mark());
  Fill(answer->second, reply);
  return grpc::Status::OK;
}

}  // namespace oneway::report
