// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/process/child_process.h"
#include "oneway/v1/query.grpc.pb.h"
#include "tests/support/read_file.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {

// A whole cluster as real processes on loopback, with data in a temporary folder and free ports.
// Threading: external.
class Cluster {
 public:
  struct Options {
    int partitioners = 1;
    int joiners = 1;
    std::string flows = "";  // YAML of `flows:` and `flow_defaults:`, appended to the configuration file
    std::vector<std::string> joiner_flags = {};
    std::vector<std::string> partitioner_flags = {};
    std::string programs = "";        // folder with the two programs; empty = those of this build
    std::string joiner_program = "";  // in place of the product's
  };
  explicit Cluster(const Options& options);
  ~Cluster();

  // From its next start on, the partitioner reaches the joiners at these addresses, such as those of proxies.
  void RouteThrough(int partitioner, const std::vector<std::string>& joiner_addresses);

  void StartJoiner(int joiner);
  void StartPartitioner(int partitioner);
  // Starts all and waits until every process takes calls.
  void Start();
  // Waits until the process takes calls, which a joiner does once it has recovered; fails the test after 60 s.
  void WaitUntilJoinerServes(int joiner);
  void WaitUntilPartitionerServes(int partitioner);

  process::ChildProcess& joiner(int joiner) { return *joiners_[joiner]; }
  process::ChildProcess& partitioner(int partitioner) { return *partitioners_[partitioner]; }
  void KillJoiner(int joiner);  // SIGKILL, and waits for its end

  std::string partitioner_address(int partitioner) const;
  std::string partitioner_http_address(int partitioner) const;
  std::string joiner_address(int joiner) const;
  std::string joiner_http_address(int joiner) const;
  std::string joiner_data(int joiner) const;
  std::string joiner_log(int joiner) const;
  std::string partitioner_log(int partitioner) const;
  std::vector<std::string> joiner_addresses() const;
  std::vector<std::string> partitioner_addresses() const;
  std::unique_ptr<oneway::v1::Query::Stub> QueryStub(int partitioner) const;
  const std::string& folder() const { return folder_.path(); }
  std::string config_path() const { return folder_.path() + "/oneway.yaml"; }

 private:
  void WriteConfig(const std::string& path, const std::vector<std::string>& joiner_addresses) const;
  std::string ConfigOf(int partitioner) const;
  std::string Program(const std::string& name, const std::string& of_this_build) const;

  const Options options_;
  TemporaryFolder folder_;
  std::vector<uint16_t> ports_;  // gRPC and HTTP of each process, joiners first
  std::vector<std::unique_ptr<process::ChildProcess>> joiners_;
  std::vector<std::unique_ptr<process::ChildProcess>> partitioners_;
};

// What a GET of `path` at host:port answers.
struct HttpReply {
  int status = 0;
  std::string body;
};
HttpReply HttpGet(const std::string& address, const std::string& path);

}  // namespace oneway::test
