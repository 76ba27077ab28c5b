// SPDX-License-Identifier: Apache-2.0
#include "cli/top/observer.h"

#include <glog/logging.h>

#include <array>
#include <atomic>
#include <latch>
#include <utility>

#include "cli/server.h"
#include "cli/top/snapshot_of.h"
#include "common/rpc/channel.h"

namespace oneway::cli::top {

namespace {
constexpr size_t kQuestions = 4;
// Of overdue keys only the counts are shown; a query tells at least one key.
constexpr uint32_t kOverdueKeys = 1;
}  // namespace

// All questions of a look, asked at the same time: each waits for joiners that do not answer.
struct Observer::Questions {
  explicit Questions(bool asks_balance) : with_balance(asks_balance), unanswered(kQuestions - (asks_balance ? 0 : 1)) {
    const auto deadline = std::chrono::system_clock::now() + kAnswerWaitMax;
    for (grpc::ClientContext& context : contexts) context.set_deadline(deadline);
  }

  // The first failure, if there is one.
  grpc::Status Status() const {
    for (const grpc::Status& status : statuses) {
      if (!status.ok()) return status;
    }
    return grpc::Status::OK;
  }

  const bool with_balance;
  v1::StatsRequest window_request;
  v1::StatsRequest ever_request;
  v1::OverdueRequest overdue_request;
  v1::BalanceRequest balance_request;
  Replies replies;
  std::array<grpc::ClientContext, kQuestions> contexts;
  std::array<grpc::Status, kQuestions> statuses;
  std::atomic<size_t> unanswered;
  std::latch woken{1};  // after the last answer `wake` has been called
};

Observer::Observer(const std::string& server, std::function<void()> wake)
    : query_(v1::Query::NewStub(rpc::ChannelTo(server))), wake_(std::move(wake)) {}

Observer::~Observer() {
  if (questions_ == nullptr) return;
  for (grpc::ClientContext& context : questions_->contexts) context.TryCancel();
  questions_->woken.wait();
}

void Observer::Begin(Window window) {
  CHECK(!looking());
  questions_ = std::make_shared<Questions>(BalanceIsDue());
  window_ = window;
  Questions& asked = *questions_;
  asked.window_request.set_window_seconds(AskedSeconds(window));
  asked.overdue_request.set_limit(kOverdueKeys);
  const auto answered = [this, questions = questions_](size_t question) {
    return [this, questions, question](grpc::Status status) {
      questions->statuses[question] = std::move(status);
      if (questions->unanswered.fetch_sub(1) != 1) return;
      wake_();
      questions->woken.count_down();
    };
  };
  auto& query = *query_->async();
  query.Stats(&asked.contexts[0], &asked.window_request, &asked.replies.window, answered(0));
  query.Stats(&asked.contexts[1], &asked.ever_request, &asked.replies.ever, answered(1));
  query.Overdue(&asked.contexts[2], &asked.overdue_request, &asked.replies.overdue, answered(2));
  if (!asked.with_balance) return;
  query.Balance(&asked.contexts[3], &asked.balance_request, &asked.replies.balance, answered(3));
}

std::optional<Look> Observer::Take() {
  if (!looking() || questions_->unanswered.load() != 0) return std::nullopt;
  const std::shared_ptr<Questions> answered = std::exchange(questions_, nullptr);
  answered->woken.wait();
  const grpc::Status status = answered->Status();
  if (!status.ok()) {
    meter_.Skip();
    balance_at_.reset();
    return Look{.status = status, .snapshot = {}};
  }
  const auto now = std::chrono::steady_clock::now();
  if (answered->with_balance) {
    balance_ = answered->replies.balance;
    // While a joiner is missing, it is asked each time: it may be back.
    balance_at_ = balance_.missing().empty() ? std::optional(now) : std::nullopt;
  }
  answered->replies.balance = balance_;
  return Look{.status = status,
              .snapshot = SnapshotOf(answered->replies, window_, std::chrono::system_clock::now(), now, meter_)};
}

bool Observer::BalanceIsDue() const {
  return !balance_at_ || std::chrono::steady_clock::now() - *balance_at_ >= kBalanceInterval;
}

}  // namespace oneway::cli::top
