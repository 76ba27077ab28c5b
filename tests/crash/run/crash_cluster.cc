// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/crash_cluster.h"

#include <glog/logging.h>
#include <signal.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oneway::test::crash {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Generous: under load everything takes its time, and a process that never serves is a finding all the same.
constexpr auto kServeWaitMax = seconds(60);
constexpr auto kEndWaitMax = seconds(60);
constexpr auto kLookAgain = milliseconds(10);

Cluster::Options ClusterOptions(const CrashCluster::Options& options) {
  return {.partitioners = kPartitioners,
          .joiners = kJoiners,
          .flows = FlowsConfig(options.remembered),
          // Small stretches and memtables, so that minutes of load meet what otherwise takes hours: relocation, a
          // moving floor, flushes and compactions.
          .joiner_flags = {"--stall-hold", "200ms", "--stretch-rows", "4096", "--memtable-bytes", "256KiB"},
          .programs = options.programs};
}

bool Answers(const std::string& http_address) {
  try {
    return HttpGet(http_address, "/readyz").status == 200;
  } catch (const boost::system::system_error&) {
    return false;  // it does not listen yet, or any more
  }
}

// Waits until a process that serves there is ready; an error if it ends.
absl::Status AwaitReady(process::ChildProcess& process, const std::string& http_address, const std::string& who) {
  const auto deadline = std::chrono::steady_clock::now() + kServeWaitMax;
  while (!Answers(http_address)) {
    if (const auto exit = process.Wait(kLookAgain)) {
      return absl::InternalError(absl::StrCat(who, " ended with ", *exit));
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat(who, " is not ready after ", kServeWaitMax / seconds(1), " s"));
    }
  }
  return absl::OkStatus();
}

Weather WeatherOf(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kLinkCut:
      return {.cut = true};
    case FaultKind::kLinkSilent:
      return {.forward_silent = !fault.backwards, .backward_silent = fault.backwards};
    case FaultKind::kLinkDelay:
      return {.delay = milliseconds(120)};
    default:
      return {.bytes_per_second = 8 * 1024};
  }
}

}  // namespace

CrashCluster::CrashCluster(Options options)
    : options_(std::move(options)),
      cluster_(ClusterOptions(options_)),
      work_(io_context_.get_executor()),
      hosts_(kHosts) {
  for (uint32_t host = 0; host < kHosts; ++host) {
    for (uint32_t i = 0; i < kPartitioners; ++i) {
      host_links_.push_back(
          std::make_unique<FaultProxy>(io_context_, cluster_.partitioner_address(static_cast<int>(i))));
    }
  }
  for (uint32_t partitioner = 0; partitioner < kPartitioners; ++partitioner) {
    std::vector<std::string> addresses;
    for (uint32_t i = 0; i < kJoiners; ++i) {
      joiner_links_.push_back(std::make_unique<FaultProxy>(io_context_, cluster_.joiner_address(static_cast<int>(i))));
      addresses.push_back(joiner_links_.back()->address());
    }
    cluster_.RouteThrough(static_cast<int>(partitioner), addresses);
  }
  proxies_ = std::thread([this] { io_context_.run(); });
}

CrashCluster::~CrashCluster() {
  io_context_.stop();
  proxies_.join();
}

absl::Status CrashCluster::Start() {
  for (uint32_t i = 0; i < kJoiners; ++i) cluster_.StartJoiner(static_cast<int>(i));
  for (uint32_t i = 0; i < kPartitioners; ++i) cluster_.StartPartitioner(static_cast<int>(i));
  for (uint32_t i = 0; i < kJoiners; ++i) {
    if (absl::Status status = AwaitJoiner(i); !status.ok()) return status;
  }
  for (uint32_t i = 0; i < kPartitioners; ++i) {
    if (absl::Status status = AwaitPartitioner(i); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CrashCluster::AwaitJoiner(uint32_t joiner) {
  const int index = static_cast<int>(joiner);
  return AwaitReady(cluster_.joiner(index), cluster_.joiner_http_address(index), absl::StrCat("joiner-", joiner));
}

absl::Status CrashCluster::AwaitPartitioner(uint32_t partitioner) {
  const int index = static_cast<int>(partitioner);
  return AwaitReady(cluster_.partitioner(index), cluster_.partitioner_http_address(index),
                    absl::StrCat("partitioner-", partitioner));
}

std::string CrashCluster::LogPath(uint32_t cycle, uint32_t host) const {
  return absl::StrCat(cluster_.folder(), "/cycle-", cycle, "-host-", host);
}

void CrashCluster::StartLoad(uint32_t cycle) {
  cycle_ = cycle;
  for (uint32_t host = 0; host < kHosts; ++host) StartHost(host);
}

void CrashCluster::StartHost(uint32_t host) {
  const std::string log = LogPath(cycle_, host);
  auto process = process::ChildProcess::Start(
      {.command = {options_.host_program, "--seed", std::to_string(options_.seed), "--cycle", std::to_string(cycle_),
                   "--host", std::to_string(host), "--log", log, "--target-0", HostLink(host, 0).address(),
                   "--target-1", HostLink(host, 1).address(), "--flows-per-second",
                   std::to_string(options_.flows_per_second / kHosts)},
       .log_path = log + ".log"});
  CHECK(process.ok()) << process.status();
  hosts_[host] = *std::move(process);
}

absl::Status CrashCluster::Watch(Duration duration) {
  const auto deadline = std::chrono::steady_clock::now() + duration;
  for (uint32_t host = 0;; host = (host + 1) % kHosts) {
    const auto left = duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) return absl::OkStatus();
    if (const auto exit = hosts_[host]->Wait(std::min<milliseconds>(left, kLookAgain))) {
      if (*exit == -SIGKILL) continue;  // the victim
      return absl::InternalError(absl::StrCat("host-", host, " ended with ", *exit, " under load"));
    }
  }
}

absl::Status CrashCluster::Strike(const Fault& fault) {
  const bool links = fault.kind >= FaultKind::kLinkCut;
  return links ? StrikeLinks(fault) : StrikeProcess(fault);
}

process::ChildProcess& CrashCluster::VictimOf(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kHostKill:
    case FaultKind::kHostStop:
      return *hosts_[fault.victim];
    case FaultKind::kPartitionerKill:
    case FaultKind::kPartitionerStop:
    case FaultKind::kPartitionerRestart:
      return cluster_.partitioner(static_cast<int>(fault.victim));
    default:
      return cluster_.joiner(static_cast<int>(fault.victim));
  }
}

absl::Status CrashCluster::StrikeProcess(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kJoinerStop:
    case FaultKind::kPartitionerStop:
    case FaultKind::kHostStop:
      return StopForAWhile(fault);
    default:
      break;
  }
  if (fault.kind == FaultKind::kJoinerAndPartitionerKill) {
    VictimOf(fault).Signal(SIGKILL);
    absl::Status status = End(cluster_.partitioner(static_cast<int>(fault.other)), SIGKILL);
    if (!status.ok()) return status;
  }
  const bool in_order = fault.kind == FaultKind::kJoinerRestart || fault.kind == FaultKind::kPartitionerRestart;
  if (absl::Status status = End(VictimOf(fault), in_order ? SIGTERM : SIGKILL); !status.ok()) return status;
  if (absl::Status status = Watch(fault.lasts); !status.ok()) return status;
  StartAgain(fault);
  if (fault.kind == FaultKind::kJoinerKillTwice) {
    // Some time into its recovery, or shortly after.
    if (absl::Status status = Watch(fault.lasts / 4); !status.ok()) return status;
    if (absl::Status status = End(VictimOf(fault), SIGKILL); !status.ok()) return status;
    StartAgain(fault);
  }
  return AwaitService(fault);
}

absl::Status CrashCluster::StopForAWhile(const Fault& fault) {
  VictimOf(fault).Signal(SIGSTOP);
  absl::Status status = Watch(fault.lasts);
  VictimOf(fault).Signal(SIGCONT);
  return status;
}

absl::Status CrashCluster::End(process::ChildProcess& process, int signal) {
  process.Signal(signal);
  const auto exit = process.Wait(kEndWaitMax);
  const int expected = signal == SIGTERM ? 0 : -signal;
  if (exit == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("a process was sent signal ", signal, " and ",
                                          exit ? absl::StrCat("ended with ", *exit) : "did not end"));
}

void CrashCluster::StartAgain(const Fault& fault) {
  const int victim = static_cast<int>(fault.victim);
  switch (fault.kind) {
    case FaultKind::kHostKill:
      StartHost(fault.victim);
      break;
    case FaultKind::kPartitionerKill:
    case FaultKind::kPartitionerRestart:
      cluster_.StartPartitioner(victim);
      break;
    case FaultKind::kJoinerAndPartitionerKill:
      cluster_.StartPartitioner(static_cast<int>(fault.other));
      cluster_.StartJoiner(victim);
      break;
    default:
      cluster_.StartJoiner(victim);
  }
}

absl::Status CrashCluster::AwaitService(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kHostKill:
      return absl::OkStatus();
    case FaultKind::kPartitionerKill:
    case FaultKind::kPartitionerRestart:
      return AwaitPartitioner(fault.victim);
    case FaultKind::kJoinerAndPartitionerKill:
      if (absl::Status status = AwaitPartitioner(fault.other); !status.ok()) return status;
      return AwaitJoiner(fault.victim);
    default:
      return AwaitJoiner(fault.victim);
  }
}

absl::Status CrashCluster::StrikeLinks(const Fault& fault) {
  const auto set_weather = [&](const Weather& weather) {
    if (fault.to_joiner) {
      for (uint32_t i = 0; i < kPartitioners; ++i) JoinerLink(i, fault.victim).SetWeather(weather);
    } else {
      for (uint32_t i = 0; i < kHosts; ++i) HostLink(i, fault.victim).SetWeather(weather);
    }
  };
  set_weather(WeatherOf(fault));
  absl::Status status = Watch(fault.lasts);
  set_weather({});
  return status;
}

absl::Status CrashCluster::FinishLoad() {
  for (const auto& host : hosts_) host->Signal(SIGTERM);
  for (uint32_t host = 0; host < kHosts; ++host) {
    if (absl::Status status = FinishHost(host); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CrashCluster::FinishHost(uint32_t host) {
  auto exit = hosts_[host]->Wait(kEndWaitMax);
  // One that was just started did not listen to the signal yet, and goes on from its log like any that was killed.
  while (exit == -SIGTERM) {
    StartHost(host);
    if (hosts_[host]->Wait(milliseconds(500))) break;
    hosts_[host]->Signal(SIGTERM);
    exit = hosts_[host]->Wait(kEndWaitMax);
  }
  if (exit == 0) return absl::OkStatus();
  if (!exit) return absl::DeadlineExceededError(absl::StrCat("host-", host, " still waits for answers"));
  return absl::InternalError(absl::StrCat("host-", host, " ended with ", *exit));
}

}  // namespace oneway::test::crash
