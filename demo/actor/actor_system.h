// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <semaphore>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "demo/actor/actor.h"

namespace oneway::demo {

// Makes actors and runs them on a few threads.
// Threading: thread-safe, but for Drain and the destructor, which are for the thread that made the system.
class ActorSystem {
 public:
  explicit ActorSystem(int threads);
  // Drops what is not done. No ActorRef may be left outside.
  ~ActorSystem();
  ActorSystem(const ActorSystem&) = delete;
  ActorSystem& operator=(const ActorSystem&) = delete;

  // Makes an actor, which receives what is told to the reference.
  template <typename ActorType, typename... Arguments>
  ActorRef<typename ActorType::Message> Spawn(Arguments&&... arguments) {
    using Message = typename ActorType::Message;
    auto owned = std::make_unique<ActorType>(std::forward<Arguments>(arguments)...);
    Actor<Message>& actor = *owned;
    const auto mailbox = std::make_shared<Mailbox<Message>>(io_context_, figures_, std::move(owned));
    actor.system_ = this;
    actor.mailbox_ = mailbox.get();
    return ActorRef<Message>(mailbox);
  }

  // Tells `message` to the actor once `delay` has passed.
  template <typename Message>
  void TellLater(const ActorRef<Message>& to, std::type_identity_t<Message> message, std::chrono::nanoseconds delay) {
    // The timer is kept by its own handler.
    auto timer = std::make_unique<boost::asio::steady_timer>(io_context_, delay);
    boost::asio::steady_timer& waiting = *timer;
    waiting.async_wait([to, message = std::move(message), timer = std::move(timer)](const auto& error) mutable {
      if (!error) to.Tell(std::move(message));
    });
  }

  // Waits until no message and no delayed one is left, at most so long; then the threads end, whatever is left.
  // True when all was done. Only once; nothing may be told from outside any more.
  bool Drain(std::chrono::nanoseconds within);

  // Actors that have been made and did not stop.
  size_t actors() const { return figures_.actors; }
  size_t messages_dropped() const { return figures_.messages_dropped; }

 private:
  void JoinThreads();

  ActorFigures figures_;  // outlives the mailboxes, of which the io_context holds some
  boost::asio::io_context io_context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::counting_semaphore<> ended_{0};  // released by each thread at its end
  std::vector<std::thread> threads_;
};

}  // namespace oneway::demo
