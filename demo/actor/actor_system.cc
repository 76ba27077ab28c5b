// SPDX-License-Identifier: Apache-2.0
#include "demo/actor/actor_system.h"

namespace oneway::demo {

ActorSystem::ActorSystem(int threads) : io_context_(threads), work_(io_context_.get_executor()) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      io_context_.run();
      ended_.release();
    });
  }
}

ActorSystem::~ActorSystem() {
  JoinThreads();
}

bool ActorSystem::Drain(std::chrono::nanoseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  work_.reset();
  bool all_done = true;
  for (size_t i = 0; i < threads_.size() && all_done; ++i) all_done = ended_.try_acquire_until(deadline);
  JoinThreads();
  return all_done;
}

void ActorSystem::JoinThreads() {
  io_context_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace oneway::demo
