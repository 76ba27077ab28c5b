// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <cstddef>
#include <memory>
#include <utility>

// Actors: objects that share nothing and tell each other messages. ActorSystem (actor_system.h) makes and runs them.
namespace oneway::demo {

class ActorSystem;

template <typename Message>
class Actor;

// What all actors of a system count together.
// Threading: thread-safe.
struct ActorFigures {
  std::atomic<size_t> actors{0};            // that live
  std::atomic<size_t> messages_dropped{0};  // because a mailbox was full
};

// An actor and the messages that wait for it. Users hold an ActorRef.
// Threading: Tell is thread-safe; the actor is touched on the strand only, so by one thread at a time.
template <typename Message>
class Mailbox : public std::enable_shared_from_this<Mailbox<Message>> {
 public:
  static constexpr size_t kMessagesMax = 100'000;

  Mailbox(boost::asio::io_context& io_context, ActorFigures& figures, std::unique_ptr<Actor<Message>> actor)
      : strand_(boost::asio::make_strand(io_context)), figures_(figures), actor_(std::move(actor)) {
    ++figures_.actors;
  }
  ~Mailbox() { End(); }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  bool Tell(Message message) {
    if (waiting_.fetch_add(1) >= kMessagesMax) {
      --waiting_;
      ++figures_.messages_dropped;
      return false;
    }
    boost::asio::post(strand_, [self = this->shared_from_this(), message = std::move(message)]() mutable {
      --self->waiting_;
      self->Handle(std::move(message));
    });
    return true;
  }

 private:
  void Handle(Message message);

  void End() {
    if (actor_ == nullptr) return;
    actor_.reset();
    --figures_.actors;
  }

  const boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  ActorFigures& figures_;
  std::atomic<size_t> waiting_{0};
  std::unique_ptr<Actor<Message>> actor_;  // null once it has stopped
};

// Where messages for an actor go; copies mean the same actor. An actor lives until it stops, or until nobody holds a
// reference to it and nothing waits for it: so two actors that keep references to each other would live as long as
// their system.
// Threading: thread-safe. Must not outlive the ActorSystem.
template <typename Message>
class ActorRef {
 public:
  explicit ActorRef(std::shared_ptr<Mailbox<Message>> mailbox) : mailbox_(std::move(mailbox)) {}

  // Puts the message behind those that were told before, and returns. An actor that has stopped takes no notice.
  // False, and counted, when kMessagesMax messages wait already.
  bool Tell(Message message) const { return mailbox_->Tell(std::move(message)); }

 private:
  std::shared_ptr<Mailbox<Message>> mailbox_;
};

// What handles messages of one type, a std::variant where there are several kinds.
// Threading: Receive runs for one message at a time, on any thread of the system.
template <typename MessageType>
class Actor {
 public:
  using Message = MessageType;

  Actor() = default;
  virtual ~Actor() = default;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  // Handles one message; must not wait, nor throw.
  virtual void Receive(Message message) = 0;

 protected:
  // For use in Receive.
  ActorSystem& system() const { return *system_; }
  ActorRef<Message> self() const { return ActorRef<Message>(mailbox_->shared_from_this()); }
  // Nothing is received any more after the present message, and the actor is destroyed.
  void Stop() { stopped_ = true; }

 private:
  friend ActorSystem;
  friend Mailbox<Message>;

  ActorSystem* system_ = nullptr;        // outlives all actors
  Mailbox<Message>* mailbox_ = nullptr;  // owns this actor
  bool stopped_ = false;
};

template <typename Message>
void Mailbox<Message>::Handle(Message message) {
  if (actor_ == nullptr) return;
  actor_->Receive(std::move(message));
  if (actor_->stopped_) End();
}

}  // namespace oneway::demo
