// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/open_loop.h"

#include <algorithm>
#include <utility>

namespace oneway::test {
namespace {

constexpr char kFlow[] = "push";
constexpr auto kTick = std::chrono::milliseconds(5);
constexpr auto kRoomWaitMax = std::chrono::milliseconds(100);

}  // namespace

OpenLoop::OpenLoop(const client::Options& options, std::string prefix, double flows_per_second, uint64_t flows_between)
    : client_(client::Client::Create(options)),
      prefix_(std::move(prefix)),
      flows_between_(flows_between),
      flows_per_second_(flows_per_second),
      thread_([this] { Run(); }) {}

void OpenLoop::Run() {
  uint64_t flow = 0;
  double due = 0;  // flows, since they began
  auto next_tick = std::chrono::steady_clock::now();
  while (!stop_) {
    due += flows_per_second_ * std::chrono::duration<double>(kTick).count();
    for (; !stop_ && (waits_for_room_ || static_cast<double>(flow) < due); ++flow) SendFlow(flow);
    due = std::max(due, static_cast<double>(flow));
    WaitUntil(next_tick += kTick);
  }
  const uint64_t flows = flow;
  for (flow = flows - std::min(flows, flows_between_); flow < flows; ++flow) {
    while (begun_[flow] && !Send(flow, true)) client_->WaitForRoom(kRoomWaitMax);
  }
}

void OpenLoop::SendFlow(uint64_t flow) {
  begun_.push_back(Send(flow, false));
  starts_ += begun_[flow];
  if (flow < flows_between_ || !begun_[flow - flows_between_]) return;
  Send(flow - flows_between_, true);
}

bool OpenLoop::Send(uint64_t flow, bool is_end) {
  const std::string key = prefix_ + std::to_string(flow);
  while (true) {
    const client::Outcome outcome = is_end ? client_->End(kFlow, key) : client_->Start(kFlow, key);
    if (outcome == client::Outcome::kQueued) {
      ends_ += is_end;
      return true;
    }
    if (!waits_for_room_ || stop_) return false;
    client_->WaitForRoom(kRoomWaitMax);
  }
}

void OpenLoop::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

client::Counters OpenLoop::Finish(std::chrono::nanoseconds settle_wait_max) {
  Stop();
  return client_->Shutdown(settle_wait_max);
}

}  // namespace oneway::test
