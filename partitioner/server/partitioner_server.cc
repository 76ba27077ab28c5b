// SPDX-License-Identifier: Apache-2.0
#include "partitioner/server/partitioner_server.h"

#include <glog/logging.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <utility>
#include <vector>

#include "common/observe/scrape.h"
#include "common/page/page_routes.h"
#include "common/rpc/channel.h"
#include "partitioner/forward/grpc_forward_stream.h"
#include "partitioner/server/metrics.h"

namespace oneway::partitioner::server {
namespace {

forward::Forwarder::Options ForwarderOptions(const process::Config& config, const hash::SlotMap& slots) {
  forward::Forwarder::Options options{.partitioner = config.partitioner.name,
                                      .buffer_bytes_max = config.partitioner.buffer_bytes_max,
                                      .flush_interval = config.partitioner.flush_interval};
  options.cluster.set_hash_seed(static_cast<uint64_t>(config.cluster.seed));
  options.cluster.set_slot_count(hash::kSlotCount);
  options.cluster.set_slot_epoch(slots.epoch());
  for (const process::JoinerAddress& joiner : config.cluster.joiners) options.cluster.add_joiners(joiner.name);
  return options;
}

std::vector<forward::JoinerPort> PortsTo(const std::vector<process::JoinerAddress>& joiners) {
  std::vector<forward::JoinerPort> ports;
  for (const process::JoinerAddress& joiner : joiners) ports.push_back(forward::GrpcPortTo(joiner.address));
  return ports;
}

ingest::Destination DestinationOf(forward::Forwarder& forwarder) {
  return {
      .read_shards = [&forwarder](std::vector<uint32_t>& shards) { forwarder.ReadShards(shards); },
      .append = [&forwarder](const route::StagedLane& staged,
                             const std::shared_ptr<route::BatchTicket>& ticket) { forwarder.Append(staged, ticket); }};
}

}  // namespace

PartitionerServer::PartitionerServer(const process::Config& config, process::ConfigReader reread,
                                     const time::Clock& clock)
    : config_(config),
      reread_(std::move(reread)),
      clock_(clock),
      slots_(hash::SlotMap::EqualRanges(static_cast<uint32_t>(config.cluster.joiners.size()))),
      series_({}),
      held_({}),
      forwarder_(ForwarderOptions(config, slots_), {clock, series_, held_}, PortsTo(config.cluster.joiners)),
      destination_(DestinationOf(forwarder_)),
      sessions_{.intake = {slots_, config.cluster.seed, series_, destination_},
                .clock = clock,
                .held = held_,
                .figures = std::make_shared<ingest::IngestFigures>()},
      ingest_({.client_streams_max = config.partitioner.client_streams_max}, sessions_),
      query_(config.cluster, clock),
      signals_(io_, {SIGTERM, SIGINT, SIGHUP}, [this](int signal) { OnSignal(signal); }),
      stall_timer_(io_),
      http_(io_, {.listen = config.partitioner.http_listen}),
      gateway_(io_.get_executor()) {}

PartitionerServer::~PartitionerServer() {
  gateway_.Stop();
  if (grpc_) grpc_->server->Shutdown(std::chrono::system_clock::now());
  forwarder_.Stop();
  http_.Stop();
  io_.stop();
  if (io_thread_.joinable()) io_thread_.join();
}

absl::Status PartitionerServer::Start() {
  if (absl::Status status = StartHttp(); !status.ok()) return status;
  forwarder_.Start();
  if (absl::Status status = StartGrpc(); !status.ok()) return status;
  LOG(INFO) << "partitioner " << config_.partitioner.name << ": gRPC on " << grpc_address() << ", HTTP on port "
            << http_port() << ", " << config_.cluster.joiners.size() << " joiners";
  return absl::OkStatus();
}

absl::Status PartitionerServer::StartHttp() {
  http_.Route("/metrics", [this](const observe::HttpRequest& request) { return Metrics(request); });
  observe::AddHealthRoutes(http_, [this] { return Readiness(); });
  gateway_.AddRoutes(http_);
  page::AddPageRoutes(http_);
  if (absl::Status status = http_.Start(); !status.ok()) return status;
  WatchForStalls();
  io_thread_ = std::thread([this] { io_.run(); });
  return absl::OkStatus();
}

absl::Status PartitionerServer::StartGrpc() {
  auto server = rpc::StartServer({.listen = config_.partitioner.listen, .services = {&ingest_, &query_}});
  if (!server.ok()) return server.status();
  grpc_ = std::move(*server);
  gateway_.Connect(rpc::ChannelInside(*grpc_->server));
  return absl::OkStatus();
}

void PartitionerServer::OnSignal(int signal) {
  if (signal == SIGHUP) return CheckConfig();
  RequestEnd();
}

void PartitionerServer::CheckConfig() const {
  const absl::StatusOr<process::Loaded> read = reread_();
  if (!read.ok()) {
    LOG(ERROR) << "a restart would refuse the configuration as it is now:\n" << std::string(read.status().message());
    return;
  }
  LOG(INFO) << "read the configuration again: it is good, and a partitioner takes nothing of it before a restart";
  process::LogSettingsThatNeedRestart(process::Role::kPartitioner, config_, read->config);
}

void PartitionerServer::WatchForStalls() {
  forwarder_.AnswerStalled();
  stall_timer_.expires_after(forward::Forwarder::kStallCheckInterval);
  stall_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) WatchForStalls();
  });
}

void PartitionerServer::WaitForSignal() {
  end_.get_future().wait();
}

void PartitionerServer::RequestEnd() {
  if (!end_requested_.exchange(true)) end_.set_value();
}

void PartitionerServer::Drain() {
  LOG(INFO) << "shutting down: finishing what is in flight";
  draining_ = true;
  if (auto* health = grpc_->server->GetHealthCheckService()) health->SetServingStatus(false);
  gateway_.Stop();
  // Nobody waits for what was put off. The rest of the grace is for links that are shaking hands.
  if (!ingest_.Drain(std::chrono::steady_clock::now() + config_.partitioner.shutdown_grace * 3 / 4)) {
    LOG(WARNING) << "some events have no outcome yet; their clients send them again";
  }
  grpc_->server->Shutdown(std::chrono::system_clock::now());
  forwarder_.Stop();
  http_.Stop();
  LOG(INFO) << "stopped";
}

std::string PartitionerServer::grpc_address() const {
  return rpc::ToString(grpc_->address);
}

observe::Readiness PartitionerServer::Readiness() const {
  observe::Readiness parts;
  parts.push_back({"ingest", !draining_, draining_ ? "shutting down" : ""});
  for (const forward::Forwarder::JoinerView& view : forwarder_.Views()) {
    parts.push_back({view.joiner, !view.not_ready, view.not_ready.value_or("")});
  }
  return parts;
}

observe::HttpResponse PartitionerServer::Metrics(const observe::HttpRequest& request) const {
  observe::Exposition exposition;
  WriteIngestMetrics(*sessions_.figures, exposition);
  WriteSeriesMetrics(series_, exposition);
  WriteForwardMetrics(forwarder_.Views(), clock_.Wall(), exposition);
  return observe::AnswerScrape(request, exposition);
}

}  // namespace oneway::partitioner::server
