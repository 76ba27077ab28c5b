// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/process_plan.h"

namespace oneway::cli::demo {
namespace {

// Everything happens within a minute, so all spans are short: a push that is slower than its ttl is seen to expire, and
// expiry goes on seconds after a joiner's restart.
constexpr char kFlows[] = R"(joiner:
  stall_hold: 2s
flow_defaults:
  ttl: 10s
  arrival_grace: 1s
  late_window: 1m
  retry_window: 1m
flows:
  - name: push
    ttl: 6s
    labels: [service]
  - name: message-delivery
  - name: typing-indicator
  - name: seen-receipt
  - name: task
    shape: fanout
    ttl: 30s
    settle: 1s
)";

std::string ConfigOf(const std::vector<std::string>& joiners) {
  std::string text = "cluster:\n  joiners:\n";
  for (size_t i = 0; i < joiners.size(); ++i) {
    text += "    - {name: joiner-" + std::to_string(i) + ", address: " + joiners[i] + "}\n";
  }
  return text + kFlows;
}

// Hands out one port after the other.
class Addresses {
 public:
  explicit Addresses(const std::vector<uint16_t>& ports) : ports_(ports) {}
  std::string Next() { return "127.0.0.1:" + std::to_string(ports_.at(next_++)); }

 private:
  const std::vector<uint16_t>& ports_;
  size_t next_ = 0;
};

ProcessSpec Joiner(const Programs& programs, const ProcessPlan& plan, const std::string& name, const std::string& http,
                   const std::string& folder) {
  return {.name = name,
          .command = {programs.joiner, "--config", plan.config_path, "--name", name, "--http-listen", http, "--data",
                      folder + "/" + name},
          .http_address = http,
          .health_path = "/readyz"};
}

// A demo program: it takes requests at `address`, and tells Oneway.
ProcessSpec Application(const std::string& name, const std::string& program, const std::string& address,
                        const ProcessPlan& plan, const std::vector<std::string>& more) {
  std::vector<std::string> command = {program, "--listen", address, "--oneway", plan.server};
  command.insert(command.end(), more.begin(), more.end());
  return {.name = name, .command = command, .http_address = address, .health_path = "/healthz"};
}

}  // namespace

ProcessPlan MakeProcessPlan(const Programs& programs, const std::string& folder, const std::vector<uint16_t>& ports) {
  Addresses addresses(ports);
  const std::vector<std::string> joiners = {addresses.Next(), addresses.Next()};
  const std::string second_joiner_http = addresses.Next();
  ProcessPlan plan{.config = ConfigOf(joiners),
                   .config_path = folder + "/oneway.yaml",
                   .server = addresses.Next(),
                   .joiner_http_address = addresses.Next(),
                   .push_http_address = addresses.Next(),
                   .browser_url = "",
                   .task_durations_path = folder + "/task-durations.txt",
                   .processes = {}};
  const std::string task = addresses.Next();
  const std::string partitioner_http = addresses.Next();
  plan.browser_url = "http://" + partitioner_http + "/";
  const std::string apns = addresses.Next();
  const std::string gcm = addresses.Next();

  plan.processes = {Joiner(programs, plan, "joiner-0", plan.joiner_http_address, folder),
                    Joiner(programs, plan, "joiner-1", second_joiner_http, folder),
                    {.name = "partitioner",
                     .command = {programs.partitioner, "--config", plan.config_path, "--name", "partitioner",
                                 "--listen", plan.server, "--http-listen", partitioner_http},
                     .http_address = partitioner_http,
                     .health_path = "/readyz"},
                    Application("gateway-apns", programs.gateway, apns, plan, {"--service", "apns"}),
                    Application("gateway-gcm", programs.gateway, gcm, plan, {"--service", "gcm"}),
                    Application("push", programs.push, plan.push_http_address, plan, {"--apns", apns, "--gcm", gcm}),
                    Application("task", programs.task, task, plan, {"--durations", plan.task_durations_path}),
                    {.name = "users",
                     .command = {programs.users, "--task-app", task, "--push-app", plan.push_http_address},
                     .http_address = "",
                     .health_path = ""}};
  return plan;
}

}  // namespace oneway::cli::demo
