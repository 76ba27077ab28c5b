// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process/cluster.h"

#include <glog/logging.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <filesystem>
#include <fstream>

#include "common/process/free_ports.h"

namespace oneway::test {
namespace {

constexpr auto kServeWaitMax = std::chrono::seconds(60);
// Of each joiner: several, however few cores there are.
constexpr int kShards = 2;

std::vector<uint16_t> FreePorts(int count) {
  auto ports = process::FreePorts(count);
  CHECK(ports.ok()) << ports.status();
  return *std::move(ports);
}

std::unique_ptr<process::ChildProcess> Run(const std::vector<std::string>& command, const std::string& log) {
  auto child = process::ChildProcess::Start({.command = command, .log_path = log});
  CHECK(child.ok()) << child.status();
  return *std::move(child);
}

std::string Loopback(uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

// A joiner takes connections before it has recovered, and says then that it is not available yet.
bool AnswersAsJoiner(const std::shared_ptr<grpc::Channel>& channel, std::chrono::system_clock::time_point give_up_at) {
  const auto stub = oneway::v1::JoinerQuery::NewStub(channel);
  while (std::chrono::system_clock::now() < give_up_at) {
    grpc::ClientContext context;
    context.set_deadline(give_up_at);
    oneway::v1::JoinerNode node;
    if (stub->LocalNode(&context, {}, &node).error_code() != grpc::StatusCode::UNAVAILABLE) return true;
  }
  return false;
}

void WaitUntilServes(process::ChildProcess& process, const std::string& address, const std::string& log,
                     bool is_joiner) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  // A channel of its own, or gRPC would hand out the one of a server that was there before.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  const auto give_up_at = std::chrono::system_clock::now() + kServeWaitMax;
  if (channel->WaitForConnected(give_up_at) && (!is_joiner || AnswersAsJoiner(channel, give_up_at))) return;
  ADD_FAILURE() << address << " does not serve; " << (process.running() ? "it runs" : "it has ended") << "; its log:\n"
                << ReadFile(log);
}

}  // namespace

Cluster::Cluster(const Options& options)
    : options_(options),
      ports_(FreePorts(2 * (options.joiners + options.partitioners))),
      joiners_(options.joiners),
      partitioners_(options.partitioners) {
  WriteConfig(config_path(), joiner_addresses());
}

Cluster::~Cluster() {
  if (!testing::Test::HasFailure()) return;
  for (int joiner = 0; joiner < options_.joiners; ++joiner) {
    LOG(ERROR) << "log of joiner " << joiner << ":\n" << ReadFile(joiner_log(joiner));
  }
  for (int i = 0; i < options_.partitioners; ++i) {
    LOG(ERROR) << "log of partitioner " << i << ":\n" << ReadFile(partitioner_log(i));
  }
}

void Cluster::RouteThrough(int partitioner, const std::vector<std::string>& joiner_addresses) {
  WriteConfig(folder_.path() + "/partitioner-" + std::to_string(partitioner) + ".yaml", joiner_addresses);
}

std::string Cluster::ConfigOf(int partitioner) const {
  const std::string own = folder_.path() + "/partitioner-" + std::to_string(partitioner) + ".yaml";
  return std::filesystem::exists(own) ? own : config_path();
}

void Cluster::WriteConfig(const std::string& path, const std::vector<std::string>& joiner_addresses) const {
  std::ofstream file(path);
  file << "cluster:\n  seed: 0x5eed\n  joiners:\n";
  for (int joiner = 0; joiner < options_.joiners; ++joiner) {
    file << "    - name: joiner-" << joiner << "\n      address: " << joiner_addresses[joiner] << "\n";
  }
  file << options_.flows;
}

std::string Cluster::Program(const std::string& name, const std::string& of_this_build) const {
  return options_.programs.empty() ? of_this_build : options_.programs + "/" + name;
}

void Cluster::StartJoiner(int joiner) {
  std::vector<std::string> command = {
      options_.joiner_program.empty() ? Program("oneway-joiner", ONEWAY_JOINER_BINARY) : options_.joiner_program,
      "--config",
      config_path(),
      "--name",
      "joiner-" + std::to_string(joiner),
      "--http-listen",
      joiner_http_address(joiner),
      "--data",
      joiner_data(joiner),
      "--shards",
      std::to_string(kShards)};
  command.insert(command.end(), options_.joiner_flags.begin(), options_.joiner_flags.end());
  joiners_[joiner] = Run(command, joiner_log(joiner));
}

void Cluster::StartPartitioner(int partitioner) {
  std::vector<std::string> command = {Program("oneway-partitioner", ONEWAY_PARTITIONER_BINARY),
                                      "--config",
                                      ConfigOf(partitioner),
                                      "--name",
                                      "partitioner-" + std::to_string(partitioner),
                                      "--listen",
                                      partitioner_address(partitioner),
                                      "--http-listen",
                                      partitioner_http_address(partitioner)};
  command.insert(command.end(), options_.partitioner_flags.begin(), options_.partitioner_flags.end());
  partitioners_[partitioner] = Run(command, partitioner_log(partitioner));
}

void Cluster::Start() {
  for (int joiner = 0; joiner < options_.joiners; ++joiner) StartJoiner(joiner);
  for (int partitioner = 0; partitioner < options_.partitioners; ++partitioner) StartPartitioner(partitioner);
  for (int joiner = 0; joiner < options_.joiners; ++joiner) WaitUntilJoinerServes(joiner);
  for (int partitioner = 0; partitioner < options_.partitioners; ++partitioner) {
    WaitUntilPartitionerServes(partitioner);
  }
}

void Cluster::WaitUntilJoinerServes(int joiner) {
  WaitUntilServes(*joiners_[joiner], joiner_address(joiner), joiner_log(joiner), /*is_joiner=*/true);
}

void Cluster::WaitUntilPartitionerServes(int partitioner) {
  WaitUntilServes(*partitioners_[partitioner], partitioner_address(partitioner), partitioner_log(partitioner),
                  /*is_joiner=*/false);
}

void Cluster::KillJoiner(int joiner) {
  joiners_[joiner]->Signal(SIGKILL);
  CHECK(joiners_[joiner]->Wait(std::chrono::seconds(30)).has_value());
}

std::string Cluster::joiner_address(int joiner) const {
  return Loopback(ports_[2 * joiner]);
}
std::string Cluster::joiner_http_address(int joiner) const {
  return Loopback(ports_[2 * joiner + 1]);
}
std::string Cluster::partitioner_address(int partitioner) const {
  return Loopback(ports_[2 * (options_.joiners + partitioner)]);
}
std::string Cluster::partitioner_http_address(int partitioner) const {
  return Loopback(ports_[2 * (options_.joiners + partitioner) + 1]);
}
std::string Cluster::joiner_data(int joiner) const {
  return folder_.path() + "/joiner-" + std::to_string(joiner);
}
std::string Cluster::joiner_log(int joiner) const {
  return joiner_data(joiner) + ".log";
}

std::string Cluster::partitioner_log(int partitioner) const {
  return folder_.path() + "/partitioner-" + std::to_string(partitioner) + ".log";
}

std::vector<std::string> Cluster::joiner_addresses() const {
  std::vector<std::string> addresses;
  for (int i = 0; i < options_.joiners; ++i) addresses.push_back(joiner_address(i));
  return addresses;
}

std::vector<std::string> Cluster::partitioner_addresses() const {
  std::vector<std::string> addresses;
  for (int i = 0; i < options_.partitioners; ++i) addresses.push_back(partitioner_address(i));
  return addresses;
}

std::unique_ptr<oneway::v1::Query::Stub> Cluster::QueryStub(int partitioner) const {
  return oneway::v1::Query::NewStub(
      grpc::CreateChannel(partitioner_address(partitioner), grpc::InsecureChannelCredentials()));
}

HttpReply HttpGet(const std::string& address, const std::string& path) {
  namespace beast = boost::beast;
  namespace http = beast::http;
  const size_t colon = address.rfind(':');
  boost::asio::io_context context;
  beast::tcp_stream stream(context);
  boost::asio::ip::tcp::resolver resolver(context);
  stream.connect(resolver.resolve(address.substr(0, colon), address.substr(colon + 1)));
  http::request<http::empty_body> request(http::verb::get, path, 11);
  request.set(http::field::host, address);
  request.set(http::field::connection, "close");
  http::write(stream, request);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(stream, buffer, response);
  return {.status = static_cast<int>(response.result_int()), .body = response.body()};
}

}  // namespace oneway::test
