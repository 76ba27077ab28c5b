// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/host/route.h"

#include <glog/logging.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace oneway::test::crash {
namespace {

constexpr Duration kBackoffMin = std::chrono::milliseconds(50);
constexpr Duration kBackoffMax = std::chrono::milliseconds(800);

}  // namespace

Route::Route(boost::asio::io_context& io_context, std::string target, Callbacks callbacks)
    : io_context_(io_context),
      target_(std::move(target)),
      callbacks_(std::move(callbacks)),
      reopen_(io_context),
      backoff_(kBackoffMin) {
  Open();
}

Route::~Route() {
  sink_.Close();
}

void Route::Open() {
  ++stream_;
  open_ = true;
  writable_ = true;  // a first batch need not wait
  sink_.Open(target_, *this);
  Pump();
}

void Route::Send(Batch batch) {
  waiting_.push_back(std::move(batch));
  Pump();
}

void Route::Pump() {
  if (!open_ || !writable_ || waiting_.empty()) return;
  writing_ = std::move(waiting_.front());
  waiting_.pop_front();
  writable_ = false;
  unanswered_[writing_->batch()] = {writing_, std::chrono::steady_clock::now()};
  sink_.Send(*writing_);
}

void Route::OnWritable() {
  Post([this] {
    writable_ = true;
    Pump();
  });
}

void Route::OnAnswer(const v1::IngestAnswer& answer) {
  Post([this, answer] {
    backoff_ = kBackoffMin;
    if (unanswered_.erase(answer.batch()) == 0) LOG(ERROR) << target_ << " answers a batch that it was not sent";
    callbacks_.on_answer(answer);
  });
}

void Route::OnEnd(const client::StreamEnd& end) {
  Post([this, reason = end.reason] {
    LOG(INFO) << target_ << ": " << reason;
    Lose();
  });
}

void Route::Post(std::function<void()> reaction) {
  boost::asio::post(io_context_, [this, stream = stream_, reaction = std::move(reaction)] {
    if (open_ && stream == stream_) reaction();
  });
}

void Route::GiveUpIfSilent() {
  const MonotonicTime now = std::chrono::steady_clock::now();
  const bool silent = std::any_of(unanswered_.begin(), unanswered_.end(), [now](const auto& unanswered) {
    return now - unanswered.second.sent_at > kAnswerWaitMax;
  });
  if (!silent || !open_) return;
  LOG(INFO) << target_ << ": owes an answer for too long";
  Lose();
}

void Route::Lose() {
  sink_.Close();
  open_ = false;
  std::vector<Batch> lost;
  for (auto& [number, unanswered] : std::exchange(unanswered_, {})) lost.push_back(std::move(unanswered.batch));
  for (Batch& batch : std::exchange(waiting_, {})) lost.push_back(std::move(batch));
  OpenLater();
  callbacks_.on_lost(lost);
}

void Route::OpenLater() {
  // Shortened at random by up to half, so that not all hosts come back at once.
  reopen_.expires_after(backoff_ - Duration(static_cast<int64_t>(random_()) % (backoff_.count() / 2)));
  backoff_ = std::min(2 * backoff_, kBackoffMax);
  reopen_.async_wait([this](const boost::system::error_code& error) {
    if (!error) Open();
  });
}

}  // namespace oneway::test::crash
