// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "common/api/gateway.h"
#include "common/hash/slot_map.h"
#include "common/observe/health_routes.h"
#include "common/observe/http_server.h"
#include "common/process/config.h"
#include "common/process/reload.h"
#include "common/process/signals.h"
#include "common/query/cluster_query.h"
#include "common/rpc/server.h"
#include "common/time/clock.h"
#include "partitioner/forward/forwarder.h"
#include "partitioner/ingest/batch_intake.h"
#include "partitioner/ingest/client_session.h"
#include "partitioner/ingest/ingest_service.h"
#include "partitioner/route/held_times.h"
#include "partitioner/route/series_table.h"

namespace oneway::partitioner::server {

// A partitioner process: takes batches from clients, forwards them to joiners, answers queries and scrapes.
//
// Create -> Start -> WaitForSignal -> Drain -> destroy.
// Threading: owned by the main thread; one thread of its own runs HTTP and signals.
class PartitionerServer {
 public:
  // `reread` reads the configuration again at each SIGHUP. `clock` outlives the server.
  PartitionerServer(const process::Config& config, process::ConfigReader reread, const time::Clock& clock);
  ~PartitionerServer();

  // Begins to serve, also while joiners are missing: their events wait. The error says what to do about it.
  absl::Status Start();
  // Waits for SIGTERM or SIGINT, or for RequestEnd. SIGHUP only makes it say in the log what a restart would find in
  // the configuration: flows are the joiners' business, and everything else is read at the start.
  void WaitForSignal();
  // Ends WaitForSignal; from any thread.
  void RequestEnd();
  // Takes no more, finishes what is in flight within the configured grace, and stops serving. What has no outcome by
  // then was never answered: its clients send it elsewhere.
  void Drain();

  // host:port, after Start.
  std::string grpc_address() const;
  uint16_t http_port() const { return http_.port(); }

 private:
  absl::Status StartHttp();
  absl::Status StartGrpc();
  void OnSignal(int signal);
  void CheckConfig() const;
  void WatchForStalls();
  observe::Readiness Readiness() const;
  observe::HttpResponse Metrics(const observe::HttpRequest& request) const;

  const process::Config config_;
  const process::ConfigReader reread_;
  const time::Clock& clock_;
  const hash::SlotMap slots_;
  route::SeriesTable series_;
  route::HeldTimes held_;
  forward::Forwarder forwarder_;
  const ingest::Destination destination_;
  const ingest::SessionContext sessions_;
  ingest::IngestService ingest_;
  query::ClusterQuery query_;
  std::optional<rpc::RunningServer> grpc_;
  std::atomic<bool> draining_{false};

  boost::asio::io_context io_;
  process::SignalWatch signals_;
  boost::asio::steady_timer stall_timer_;
  observe::HttpServer http_;
  api::Gateway gateway_;
  std::promise<void> end_;
  std::atomic<bool> end_requested_{false};
  std::thread io_thread_;
};

}  // namespace oneway::partitioner::server
