// SPDX-License-Identifier: Apache-2.0
#include "demo/http/post_queue.h"

#include <glog/logging.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <utility>
#include <vector>

#include "demo/http/client.h"

namespace oneway::demo::http {
namespace {

namespace asio = boost::asio;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kDropNoticeInterval = std::chrono::seconds(1);

}  // namespace

class PostQueue::State {
 public:
  State(asio::io_context& io_context, const PostQueueOptions& options) : io_context_(io_context), options_(options) {}

  static void Run(const std::shared_ptr<State>& self) {
    for (size_t i = 0; i < self->options_.connections; ++i) {
      self->carriers_.push_back(std::make_unique<Carrier>(self->io_context_, self->options_));
      asio::co_spawn(self->io_context_, self->Carry(self, *self->carriers_.back()), asio::detached);
    }
  }

  bool Push(Post post) {
    if (figures_.waiting >= options_.waiting_max || stopped_) {
      NoteDrop();
      return false;
    }
    ++figures_.queued;
    ++figures_.waiting;
    queue_.push_back(std::move(post));
    if (!idle_.empty()) {
      idle_.back()->timer.cancel();
      idle_.pop_back();
    }
    return true;
  }

  void Stop() {
    stopped_ = true;
    queue_.clear();
    for (const auto& carrier : carriers_) {
      carrier->client.Close();
      carrier->timer.cancel();
    }
  }

  const PostFigures& figures() const { return figures_; }

 private:
  // One connection and what it waits with, for work or for its next attempt.
  struct Carrier {
    Carrier(asio::io_context& io_context, const PostQueueOptions& options)
        : client(io_context, options.server, options.answer_wait_max), timer(io_context) {}
    Client client;
    asio::steady_timer timer;
  };

  // `self` keeps the state for as long as the coroutine runs.
  asio::awaitable<void> Carry([[maybe_unused]] std::shared_ptr<State> self, Carrier& carrier) {
    while (!stopped_) {
      if (queue_.empty()) {
        idle_.push_back(&carrier);
        carrier.timer.expires_at(asio::steady_timer::time_point::max());
        co_await carrier.timer.async_wait(kAwait);
        continue;
      }
      const Post post = std::move(queue_.front());
      queue_.pop_front();
      co_await Bring(carrier, post);
      --figures_.waiting;
    }
  }

  asio::awaitable<void> Bring(Carrier& carrier, const Post& post) {
    std::chrono::nanoseconds backoff = options_.backoff_min;
    for (uint32_t attempt = 1; !stopped_; ++attempt) {
      const absl::StatusOr<Response> answer = co_await carrier.client.Post(post.target, post.body);
      if (stopped_ || Settles(answer, post)) co_return;
      if (attempt == options_.attempts_max) {
        ++figures_.given_up;
        co_return;
      }
      ++figures_.retries;
      carrier.timer.expires_after(backoff);
      co_await carrier.timer.async_wait(kAwait);
      backoff = std::min(2 * backoff, options_.backoff_max);
    }
  }

  // Whether nothing is left to do for the request.
  bool Settles(const absl::StatusOr<Response>& answer, const Post& post) {
    if (!answer.ok()) {
      NoteAway(std::string(answer.status().message()));
      return false;
    }
    if (answer->status >= 500) {
      NoteAway("status " + std::to_string(answer->status));
      return false;
    }
    NoteBack();
    if (answer->status < 300) {
      ++figures_.answered;
    } else {
      ++figures_.refused;
      LOG(ERROR) << options_.name << " refused " << post.target << ": " << answer->status << " " << answer->body;
    }
    return true;
  }

  void NoteAway(const std::string& why) {
    if (!away_) LOG(WARNING) << options_.name << " does not answer: " << why << "; requests wait for it";
    away_ = true;
  }

  void NoteBack() {
    if (away_) LOG(INFO) << options_.name << " answers again; " << figures_.waiting << " requests wait for it";
    away_ = false;
  }

  void NoteDrop() {
    ++figures_.dropped;
    const auto now = std::chrono::steady_clock::now();
    if (now - drop_noted_at_ < kDropNoticeInterval) return;
    drop_noted_at_ = now;
    LOG(ERROR) << options_.name << ": the queue is full with " << figures_.waiting << " requests; dropped "
               << figures_.dropped << " so far";
  }

  asio::io_context& io_context_;
  const PostQueueOptions options_;
  std::deque<Post> queue_;
  std::vector<std::unique_ptr<Carrier>> carriers_;
  std::vector<Carrier*> idle_;  // those that wait for work
  PostFigures figures_;
  bool stopped_ = false;
  bool away_ = false;  // the last attempt had no answer
  std::chrono::steady_clock::time_point drop_noted_at_;
};

PostQueue::PostQueue(asio::io_context& io_context, const PostQueueOptions& options)
    : state_(std::make_shared<State>(io_context, options)) {
  State::Run(state_);
}

PostQueue::~PostQueue() {
  Stop();
}

bool PostQueue::Push(Post post) {
  return state_->Push(std::move(post));
}

void PostQueue::Stop() {
  state_->Stop();
}

PostFigures PostQueue::figures() const {
  return state_->figures();
}

}  // namespace oneway::demo::http
