// SPDX-License-Identifier: Apache-2.0
#include "common/api/subscription.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/api/json.h"

namespace oneway::api {

namespace asio = boost::asio;

std::string EventText(std::string_view name, std::string_view data) {
  std::string text = "event: ";
  text.append(name).append("\ndata: ").append(data).append("\n\n");
  return text;
}

std::string ProblemText(std::string_view topic, const absl::Status& why) {
  // The error is an object of its own, so the topic goes in behind its brace.
  return EventText("problem", absl::StrCat(R"({"topic":")", std::string(topic), R"(",)", JsonOfError(why).substr(1)));
}

Subscription::~Subscription() {
  if (tail_ != nullptr) tail_->Stop();
}

void Subscription::Put(Topic topic, Frame frame) {
  newest_[static_cast<size_t>(topic)] = std::move(frame);
  Wake();
}

void Subscription::Wake() {
  woken_ = true;
  news_.cancel();
}

void Subscription::Close() {
  closed_ = true;
  Wake();
}

asio::awaitable<std::string> Subscription::Next() {
  if (!woken_) {
    news_.expires_after(kHeartbeatInterval);
    co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (closed_) co_return std::string();
  if (!std::exchange(woken_, false)) co_return std::string(": nothing new\n\n");
  co_return TakeAll();
}

std::string Subscription::TakeAll() {
  std::string text;
  for (Frame& frame : newest_) {
    if (const Frame taken = std::exchange(frame, nullptr)) text += *taken;
  }
  text += TakeTail();
  // Woken, and what woke it was taken with the news before.
  return text.empty() ? std::string(":\n\n") : text;
}

std::string Subscription::TakeTail() {
  if (tail_ == nullptr) return "";
  const TailFeed::Taken taken = tail_->Take();
  std::string text;
  if (taken.dropped > 0) text += EventText("skipped", absl::StrCat(R"({"replies":)", taken.dropped, "}"));
  for (const std::string& reply : taken.replies) text += EventText("tail", reply);
  if (!taken.ended.ok()) {
    text += ProblemText("tail", taken.ended);
    // The browser connects again by itself, and asks again.
    closed_ = true;
    woken_ = true;
  }
  return text;
}

}  // namespace oneway::api
