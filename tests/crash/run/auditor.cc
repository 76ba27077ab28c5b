// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/auditor.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::test::crash {
namespace {

using Verdict = KeyJudgement::Verdict;

// By then the joiner clock, which waits 30 s for a partitioner that is gone, must have got there on any machine.
constexpr Duration kPendingMax = std::chrono::minutes(5);
constexpr int kLooksMax = 50;

bool IsSteady(const SentFlow& flow, const v1::KeyReply& reply) {
  return flow.certain() && Judge(flow, reply).verdict != Verdict::kPending;
}

bool SameStanding(const v1::KeyReply& a, const v1::KeyReply& b) {
  return a.state() == b.state() && a.latency_nanos() == b.latency_nanos() &&
         a.started_unix_nanos() == b.started_unix_nanos() && a.empty() == b.empty();
}

std::string Story(const SentFlow& flow, const v1::KeyReply& reply) {
  return absl::StrCat(flow.plan.flow, " ", flow.plan.key, ", acked ", flow.acked.bits(), " of sent ",
                      flow.intended.bits(), ": ", reply.ShortDebugString());
}

std::vector<const SentFlow*> PointersTo(const std::vector<SentFlow>& flows) {
  std::vector<const SentFlow*> pointers;
  for (const SentFlow& flow : flows) pointers.push_back(&flow);
  return pointers;
}

}  // namespace

absl::StatusOr<Findings> Auditor::Audit(std::vector<SentFlow> flows) {
  for (const SentFlow& flow : flows) settled_[flow.plan.flow].CountStart(flow);
  unsettled_.insert(unsettled_.end(), std::make_move_iterator(flows.begin()), std::make_move_iterator(flows.end()));

  if (absl::Status status = observer_.AwaitSettled(); !status.ok()) return status;
  std::vector<v1::KeyReply> replies;
  const auto view = Look(PointersTo(unsettled_), replies);
  if (!view.ok()) return view.status();
  if (absl::Status status = CheckRemembered(); !status.ok()) return status;
  Findings findings;
  Tallies tallies = settled_;
  CheckKeys(replies, tallies, findings);
  findings.Add(CheckLedger(tallies, *view));
  return findings;
}

absl::Status Auditor::CheckRemembered() const {
  // By the plan no event is older than its flow's base by more than this.
  constexpr auto kOlderThanBase = std::chrono::seconds(15);
  const Time now = std::chrono::system_clock::now();
  for (const SentFlow& flow : unsettled_) {
    if (now - flow.base + kOlderThanBase < remembered_) continue;
    return absl::DeadlineExceededError(absl::StrCat("the machine is too slow, or --remember too short: ", flow.plan.key,
                                                    " may be forgotten already, so nothing can be said"));
  }
  return absl::OkStatus();
}

absl::StatusOr<ClusterView> Auditor::Look(const std::vector<const SentFlow*>& flows,
                                          std::vector<v1::KeyReply>& replies) const {
  auto read = observer_.Keys(flows);
  if (!read.ok()) return read.status();
  replies = *std::move(read);
  for (int look = 0; look < kLooksMax; ++look) {
    std::vector<size_t> unsteady;
    std::vector<const SentFlow*> again;
    for (size_t i = 0; i < flows.size(); ++i) {
      if (IsSteady(*flows[i], replies[i])) continue;
      unsteady.push_back(i);
      again.push_back(flows[i]);
    }
    auto view = observer_.View();
    if (!view.ok()) return view;
    auto after = observer_.Keys(again);
    if (!after.ok()) return after.status();
    bool changed = false;
    for (size_t i = 0; i < unsteady.size(); ++i) {
      v1::KeyReply& before = replies[unsteady[i]];
      changed = changed || !SameStanding(before, (*after)[i]);
      before = std::move((*after)[i]);
    }
    if (!changed) return view;
  }
  return absl::DeadlineExceededError("keys change all the time, though nothing is sent");
}

void Auditor::CheckKeys(const std::vector<v1::KeyReply>& replies, Tallies& tallies, Findings& findings) {
  const Time too_old = std::chrono::system_clock::now() - kPendingMax;
  std::vector<SentFlow> pending;
  for (size_t i = 0; i < unsettled_.size(); ++i) {
    SentFlow& flow = unsettled_[i];
    const KeyJudgement judgement = Judge(flow, replies[i]);
    switch (judgement.verdict) {
      case Verdict::kLost:
        ++findings.lost;
        findings.Say("lost: " + Story(flow, replies[i]));
        break;
      case Verdict::kWrong:
        findings.Unexplained("wrong: " + Story(flow, replies[i]));
        break;
      case Verdict::kPending:
        tallies[flow.plan.flow].Count(judgement.fate);
        if (flow.base < too_old) findings.Unexplained("not decided in time: " + Story(flow, replies[i]));
        pending.push_back(std::move(flow));
        break;
      case Verdict::kFine:
        tallies[flow.plan.flow].Count(judgement.fate);
        settled_[flow.plan.flow].Count(judgement.fate);
        if (judgement.fate.state == v1::OPEN) open_.push_back(std::move(flow));
        break;
    }
  }
  unsettled_ = std::move(pending);
}

absl::StatusOr<Findings> Auditor::AuditLast() {
  Findings findings;
  do {
    auto found = Audit({});
    if (!found.ok()) return found;
    findings = *std::move(found);
  } while (findings.none() && !unsettled_.empty());
  auto open = CheckOpenKeys();
  if (!open.ok()) return open;
  findings.Add(*open);
  return findings;
}

absl::StatusOr<Findings> Auditor::CheckOpenKeys() const {
  const auto replies = observer_.Keys(PointersTo(open_));
  if (!replies.ok()) return replies.status();
  Findings findings;
  for (size_t i = 0; i < open_.size(); ++i) {
    const KeyJudgement judgement = Judge(open_[i], (*replies)[i]);
    if (judgement.verdict == Verdict::kFine && judgement.fate.state == v1::OPEN) continue;
    ++findings.lost;
    findings.Say("was open: " + Story(open_[i], (*replies)[i]));
  }
  return findings;
}

}  // namespace oneway::test::crash
