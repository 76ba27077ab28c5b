// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <memory>
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
#include "joiner/ingest/forward_service.h"
#include "joiner/ingest/serving_gate.h"
#include "joiner/journal/rocksdb_store.h"
#include "joiner/report/local_query.h"
#include "joiner/report/metrics.h"
#include "joiner/server/disk_watch.h"
#include "joiner/server/exit_deadline.h"
#include "joiner/server/flow_reload.h"
#include "joiner/server/joiner_core.h"
#include "joiner/server/joiner_gates.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace oneway::server {

// A joiner process: data folder, core, gRPC and HTTP.
//
// Create -> Start -> WaitForEnd -> Drain -> destroy.
// Threading: owned by the main thread. One thread of its own runs HTTP, signals and timers.
// Ownership: `clock` outlives it.
class JoinerServer {
 public:
  // Why the process should end.
  enum class End { kSignal, kCommitFailed };

  // `reread` reads the configuration again at each SIGHUP. `env`: where the data folder lies; null: on this machine's
  // disk. It outlives the server.
  JoinerServer(const process::Config& config, process::ConfigReader reread, const time::Clock& clock,
               rocksdb::Env* env = nullptr);
  ~JoinerServer();

  // Serves HTTP at once, and gRPC, by which it says how far it is; then opens the data folder, recovers, and answers
  // all calls. The error says what to do about it; CANCELLED: a signal came before it served, and there is nothing to
  // drain.
  absl::Status Start();
  // Waits for SIGTERM, SIGINT or a failed commit. From Start on, SIGHUP makes it take changed flows.
  End WaitForEnd();
  // Finishes what is in flight within the configured grace, commits it and stops serving. Not after kCommitFailed. Why
  // a commit failed, if one did. Ends the process if the grace does not suffice, also while this is destroyed.
  absl::Status Drain();

 private:
  absl::Status StartHttp();
  absl::Status OpenStore();
  absl::Status StartGrpc();
  void OpenGates();
  std::string WhyItDoesNotServe() const;
  void OnSignal(int signal);
  void ReloadFlows();
  void BeginUpkeep();
  void KeepUpEverySecond();
  report::NodeFigures Node() const;
  observe::Readiness ReadinessNow() const;
  observe::HttpResponse Metrics(const observe::HttpRequest& request);
  void Finish(End end);

  std::optional<ExitDeadline> exit_deadline_;  // since the signal; destroyed last: closing the data folder may hang too
  const process::Config config_;
  const time::Clock& clock_;
  rocksdb::Env* const env_;
  const hash::SlotMap slots_;
  hash::JoinerIndex own_{};

  boost::asio::io_context io_;
  std::thread io_thread_;
  process::SignalWatch signals_;
  boost::asio::steady_timer upkeep_timer_;
  std::unique_ptr<observe::HttpServer> http_;
  std::atomic<bool> recovering_{false};  // core_ can be asked
  std::atomic<bool> serving_{false};
  bool reload_waits_ = false;  // SIGHUP came before it served; owned by the io thread
  std::promise<End> end_;
  std::atomic<bool> ended_{false};

  MonotonicTime serves_since_{};
  FlowReload flow_reload_;
  ingest::ServingGate gate_;
  std::unique_ptr<journal::RocksDbStore> store_;
  std::unique_ptr<JoinerCore> core_;
  std::unique_ptr<DiskWatch> disk_watch_;
  ForwardGate forward_gate_;
  JoinerQueryGate query_gate_;
  std::unique_ptr<ingest::ForwardService> forward_;
  std::unique_ptr<report::LocalQueryService> local_query_;
  std::unique_ptr<query::ClusterQuery> cluster_query_;
  std::optional<rpc::RunningServer> grpc_;
  std::unique_ptr<api::Gateway> gateway_;
};

}  // namespace oneway::server
