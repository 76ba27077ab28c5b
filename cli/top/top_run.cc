// SPDX-License-Identifier: Apache-2.0
#include "cli/top/top_run.h"

#include <algorithm>
#include <utility>

#include "cli/server.h"

namespace oneway::cli::top {
namespace {

using std::chrono::seconds;

// While an answer is out, people see for how long.
constexpr seconds kTickInterval{1};

bool IsLive(const TopRun::Options& options, const Console& console) {
  return console.out_is_terminal && !options.once && !options.json;
}

std::chrono::steady_clock::time_point EndOf(const TopRun::Options& options) {
  using Clock = std::chrono::steady_clock;
  return options.duration.count() == 0 ? Clock::time_point::max() : Clock::now() + options.duration;
}

}  // namespace

TopRun::TopRun(Options options, Console& console)
    : options_(std::move(options)),
      view_(options_.view),
      known_{.server = options_.server},
      events_(IsLive(options_, console) && console.in_is_terminal),
      observer_(options_.server, [this] { events_.Wake(); }),
      report_(options_.server, options_.json, console),
      ends_at_(EndOf(options_)) {
  if (IsLive(options_, console)) live_.emplace(view_, console);
}

Exit TopRun::Run() {
  BeginLook();
  Show();
  while (!is_over_ && !Failed()) {
    Handle(events_.AwaitUntil(NextMoment()));
    TakeLook();
    if (Clock::now() >= ends_at_) is_over_ = true;
    if (!observer_.looking() && Clock::now() >= looks_at_) BeginLook();
  }
  return Outcome();
}

void TopRun::BeginLook() {
  looked_at_ = Clock::now();
  observer_.Begin(view_.window());
}

void TopRun::TakeLook() {
  std::optional<Look> look = observer_.Take();
  if (!look) return;
  looks_at_ = Clock::now() + options_.every;
  known_.failure = look->status.ok() ? "" : NoAnswerSentence(options_.server, look->status);
  if (!live_) report_.Tell(*look, view_);
  if (look->status.ok()) known_.snapshot = std::move(look->snapshot);
  if (options_.once) is_over_ = true;
  // The window may have been changed meanwhile.
  if (known_.snapshot && known_.snapshot->window != view_.window() && look->status.ok()) looks_at_ = Clock::now();
  Show();
}

void TopRun::Handle(const terminal::Happening& happening) {
  if (happening.asked_to_end) is_over_ = true;
  if (!live_ || is_over_) return;
  if (happening.resized) live_->Retake();
  if (!happening.bytes.empty()) Follow(live_->Press(happening.bytes, known_));
  const auto settles_at = live_->settles_at();
  if (settles_at && Clock::now() >= *settles_at) Follow(live_->SettleKeys(known_));
  if (!is_over_) Show();
}

void TopRun::Follow(Wish wish) {
  if (wish == Wish::kQuit) is_over_ = true;
  if (wish == Wish::kLook) looks_at_ = Clock::now();
}

void TopRun::Show() {
  if (!live_) return;
  known_.unanswered = observer_.looking() ? std::chrono::floor<seconds>(Clock::now() - looked_at_) : seconds(0);
  live_->Draw(known_);
}

TopRun::Clock::time_point TopRun::NextMoment() const {
  Clock::time_point moment = observer_.looking() ? Clock::now() + kTickInterval : looks_at_;
  if (live_ && live_->settles_at()) moment = std::min(moment, *live_->settles_at());
  return std::min(moment, ends_at_);
}

bool TopRun::Failed() const {
  return live_ ? live_->failed() : report_.failed();
}

Exit TopRun::Outcome() const {
  if (!known_.snapshot || !known_.failure.empty()) return Exit::kPartial;
  return options_.once && !known_.snapshot->missing.empty() ? Exit::kPartial : Exit::kOk;
}

}  // namespace oneway::cli::top
