// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "tests/crash/plan/fault_plan.h"
#include "tests/crash/plan/flow_plan.h"
#include "tests/crash/proxy/fault_proxy.h"
#include "tests/support/process/cluster.h"

namespace oneway::test::crash {

// Three joiners, two partitioners and four client hosts as processes, with a proxy on every link between them:
//
//   hosts -> proxies -> partitioners -> proxies -> joiners
//
// Joiners and partitioners live as long as this; hosts as long as the load of a cycle.
// Threading: external, and always the same thread, since the processes end with it.
class CrashCluster {
 public:
  struct Options {
    uint64_t seed = 0;
    double flows_per_second = 0;           // of all hosts together
    std::chrono::seconds remembered{600};  // closed keys
    std::string host_program;
    std::string programs;  // folder of joiner and partitioner; empty = those of this build
  };
  explicit CrashCluster(Options options);
  ~CrashCluster();

  // Starts joiners and partitioners, and waits until they serve.
  absl::Status Start();
  void StartLoad(uint32_t cycle);
  // Strikes, waits for the fault's duration, and mends: when it returns, all processes run and serve.
  absl::Status Strike(const Fault& fault);
  // Waits so long; an error if a client host ends meanwhile.
  absl::Status Watch(Duration duration);
  // Ends the load: returns once every host has its answers.
  absl::Status FinishLoad();

  Cluster& cluster() { return cluster_; }
  // Where a host wrote down what it did in a cycle.
  std::string LogPath(uint32_t cycle, uint32_t host) const;

 private:
  void StartHost(uint32_t host);
  void StartAgain(const Fault& fault);
  process::ChildProcess& VictimOf(const Fault& fault);
  absl::Status StrikeProcess(const Fault& fault);
  absl::Status StopForAWhile(const Fault& fault);
  absl::Status End(process::ChildProcess& process, int signal);
  absl::Status StrikeLinks(const Fault& fault);
  absl::Status AwaitService(const Fault& fault);
  absl::Status AwaitJoiner(uint32_t joiner);
  absl::Status AwaitPartitioner(uint32_t partitioner);
  absl::Status FinishHost(uint32_t host);
  FaultProxy& HostLink(uint32_t host, uint32_t partitioner) { return *host_links_[host * kPartitioners + partitioner]; }
  FaultProxy& JoinerLink(uint32_t partitioner, uint32_t joiner) {
    return *joiner_links_[partitioner * kJoiners + joiner];
  }

  const Options options_;
  Cluster cluster_;
  uint32_t cycle_ = 0;
  boost::asio::io_context io_context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::unique_ptr<FaultProxy>> host_links_;
  std::vector<std::unique_ptr<FaultProxy>> joiner_links_;
  std::thread proxies_;
  std::vector<std::unique_ptr<process::ChildProcess>> hosts_;
};

}  // namespace oneway::test::crash
