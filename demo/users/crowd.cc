// SPDX-License-Identifier: Apache-2.0
#include "demo/users/crowd.h"

#include <chrono>
#include <utility>

namespace oneway::demo::users {
namespace {

constexpr int kPeople = 1'000;
// Who was stopped for longer than this does not make up for it.
constexpr auto kBehindMax = std::chrono::seconds(1);

}  // namespace

Crowd::Crowd(boost::asio::io_context& io_context, http::PostQueue& tasks, http::PostQueue& messaging,
             const Rates& rates, uint64_t seed)
    : random_(seed) {
  Add(io_context, rates.tasks_per_second, [&tasks] { tasks.Push({.target = "/triggerTask"}); });
  Add(io_context, rates.messages_per_second, [this, &messaging] {
    const std::string from = DrawPerson();
    messaging.Push({.target = "/messages?from=" + from + "&to=" + DrawPerson(), .body = "see you at eight"});
  });
  Add(io_context, rates.messages_per_second, [this, &messaging] {
    const std::string from = DrawPerson();
    messaging.Push({.target = "/typing?from=" + from + "&to=" + DrawPerson()});
  });
  Add(io_context, rates.messages_per_second,
      [this, &messaging] { messaging.Push({.target = "/seen?to=" + DrawPerson()}); });
}

void Crowd::Add(boost::asio::io_context& io_context, double per_second, std::function<void()> act) {
  if (per_second <= 0) return;
  habits_.push_back(std::make_unique<Habit>(Habit{.pause_seconds = std::exponential_distribution<double>(per_second),
                                                  .act = std::move(act),
                                                  .timer = boost::asio::steady_timer(io_context)}));
  habits_.back()->timer.expires_after(std::chrono::seconds(0));
  WaitFor(*habits_.back());
}

void Crowd::WaitFor(Habit& habit) {
  // From the time that was due, so that the rate does not suffer from being late now and then.
  const auto pause = std::chrono::duration<double>(habit.pause_seconds(random_));
  const auto now = std::chrono::steady_clock::now();
  const auto due = habit.timer.expiry() + std::chrono::duration_cast<std::chrono::nanoseconds>(pause);
  habit.timer.expires_at(due < now - kBehindMax ? now : due);
  habit.timer.async_wait([this, &habit](const auto& error) {
    if (error) return;
    habit.act();
    WaitFor(habit);
  });
}

std::string Crowd::DrawPerson() {
  return "user-" + std::to_string(std::uniform_int_distribution<int>(1, kPeople)(random_));
}

}  // namespace oneway::demo::users
