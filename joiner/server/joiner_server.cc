// SPDX-License-Identifier: Apache-2.0
#include "joiner/server/joiner_server.h"

#include <glog/logging.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/observe/health_routes.h"
#include "common/observe/scrape.h"
#include "common/page/page_routes.h"
#include "common/process/exit_code.h"
#include "common/rpc/channel.h"

namespace oneway::server {
namespace {

constexpr auto kUpkeepInterval = std::chrono::seconds(1);
// For queries under way once all streams have ended. gRPC waits that long in any case where a peer has a connection
// without a call on it: it may not look at it, and then does not hear that this server ends.
constexpr auto kLastQueriesMax = std::chrono::milliseconds(500);
// For closing the data folder, after the shutdown grace.
constexpr auto kClosingMax = std::chrono::seconds(5);

hash::JoinerIndex IndexOf(const std::string& name, const process::ClusterConfig& cluster) {
  const auto found = std::find_if(cluster.joiners.begin(), cluster.joiners.end(),
                                  [&name](const process::JoinerAddress& joiner) { return joiner.name == name; });
  CHECK(found != cluster.joiners.end()) << "the configuration was accepted without a joiner " << name;
  return hash::JoinerIndex(found - cluster.joiners.begin());
}

std::vector<std::string> NamesOf(const process::ClusterConfig& cluster) {
  std::vector<std::string> names;
  for (const process::JoinerAddress& joiner : cluster.joiners) names.push_back(joiner.name);
  return names;
}

ingest::JoinerIdentity IdentityFor(const process::Config& config, const hash::SlotMap& slots) {
  ingest::JoinerIdentity identity{.name = config.joiner.name, .cluster = {}};
  identity.cluster.set_hash_seed(static_cast<uint64_t>(config.cluster.seed));
  identity.cluster.set_slot_count(hash::kSlotCount);
  for (const std::string& name : NamesOf(config.cluster)) identity.cluster.add_joiners(name);
  identity.cluster.set_slot_epoch(slots.epoch());
  return identity;
}

std::string DescribeDisk(const report::DiskFigures& disk) {
  const std::string free = absl::StrCat(disk.free_bytes >> 20, " MiB free");
  if (!disk.low) return free;
  return absl::StrCat("events of new keys are put off: ", free, ", disk_reserve is ", disk.reserve_bytes >> 20, " MiB");
}

// Compacting them takes as much room again, which the reserve keeps.
uint64_t Level0Bytes(const process::JoinerConfig& config) {
  constexpr uint64_t kMin = uint64_t{256} << 20;
  constexpr uint64_t kMax = uint64_t{16} << 30;
  return std::clamp(config.disk_reserve, kMin, kMax);
}

uint32_t Cores() {
  return std::max(1u, std::thread::hardware_concurrency());
}

// By default half of the cores: about half of the work is done by other threads, which receive, commit and flush.
uint32_t ShardsOf(const process::JoinerConfig& config) {
  return config.shards != 0 ? config.shards : std::max(1u, Cores() / 2);
}

}  // namespace

JoinerServer::JoinerServer(const process::Config& config, process::ConfigReader reread, const time::Clock& clock,
                           rocksdb::Env* env)
    : config_(config),
      clock_(clock),
      env_(env),
      slots_(hash::SlotMap::EqualRanges(static_cast<uint32_t>(config.cluster.joiners.size()))),
      own_(IndexOf(config.joiner.name, config.cluster)),
      signals_(io_, {SIGTERM, SIGINT, SIGHUP}, [this](int signal) { OnSignal(signal); }),
      upkeep_timer_(io_),
      flow_reload_(config, std::move(reread), clock),
      // The same words as long as it takes: partitioners log each that is new.
      forward_gate_([this] { return std::string(recovering_ ? "it recovers" : "it opens its data folder"); }),
      query_gate_([this] { return WhyItDoesNotServe(); }) {}

JoinerServer::~JoinerServer() {
  if (grpc_) grpc_->server->Shutdown(std::chrono::system_clock::now());
  io_.stop();
  if (io_thread_.joinable()) io_thread_.join();
}

absl::Status JoinerServer::Start() {
  if (absl::Status status = StartHttp(); !status.ok()) return status;
  if (absl::Status status = StartGrpc(); !status.ok()) return status;
  if (absl::Status status = OpenStore(); !status.ok()) return status;
  if (ended_) return absl::CancelledError("told to end before it served");
  if (absl::Status status = core_->Recover(); !status.ok()) return status;
  if (absl::Status status = core_->Start(); !status.ok()) return status;
  disk_watch_ = std::make_unique<DiskWatch>(
      config_.joiner.disk_reserve, [this] { return store_->FreeBytes(); },
      [this](bool take) { core_->committer().TakeNewKeys(take); });
  disk_watch_->Look();
  OpenGates();
  serving_ = true;
  boost::asio::post(io_, [this] { BeginUpkeep(); });
  LOG(INFO) << "joiner " << config_.joiner.name << " serves at " << rpc::ToString(grpc_->address) << " with "
            << core_->runners().size() << " shards";
  return absl::OkStatus();
}

absl::Status JoinerServer::StartHttp() {
  http_ = std::make_unique<observe::HttpServer>(io_, observe::HttpServerOptions{.listen = config_.joiner.http_listen});
  observe::AddHealthRoutes(*http_, [this] { return ReadinessNow(); });
  http_->Route("/metrics", [this](const observe::HttpRequest& request) { return Metrics(request); });
  gateway_ = std::make_unique<api::Gateway>(io_.get_executor());
  gateway_->AddRoutes(*http_);
  page::AddPageRoutes(*http_);
  if (absl::Status status = http_->Start(); !status.ok()) return status;
  io_thread_ = std::thread([this] { io_.run(); });
  return absl::OkStatus();
}

absl::Status JoinerServer::OpenStore() {
  const MonotonicTime began_at = clock_.Monotonic();
  const std::vector<hash::SlotId> slots = slots_.SlotsOf(own_);
  const process::JoinerConfig& config = config_.joiner;
  auto store = journal::RocksDbStore::Open({.folder = config.data,
                                            .identity = {.seed = config_.cluster.seed,
                                                         .joiners = NamesOf(config_.cluster),
                                                         .joiner = config.name,
                                                         .slot_begin = static_cast<uint32_t>(slots.front()),
                                                         .slot_end = static_cast<uint32_t>(slots.back()) + 1,
                                                         .stretch_rows = config.stretch_rows},
                                            .fsync = config.durability == process::Durability::kFsync,
                                            .accept_loss = config.accept_loss,
                                            .memtable_bytes = config.memtable_bytes,
                                            .file_write_rate = config.file_write_rate,
                                            .level0_bytes = Level0Bytes(config),
                                            .env = env_});
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  LOG(INFO) << "opened the data folder in " << std::chrono::duration<double>(clock_.Monotonic() - began_at).count()
            << " s";
  core_ = std::make_unique<JoinerCore>(JoinerCore::Options{.slots = slots,
                                                           .shards = ShardsOf(config),
                                                           .restore_threads = Cores(),
                                                           .memory_bytes_max = config.memory_max,
                                                           .stretch_rows = config.stretch_rows,
                                                           .ledger_bytes_max = config.ledger_bytes_max,
                                                           .expiry_hold_max = config.expiry_hold_max,
                                                           .stall_hold = config.stall_hold,
                                                           .flows = config_.flows},
                                       clock_, *store_, [this](const absl::Status& status) {
                                         LOG(ERROR) << "a commit failed, nothing of it was answered: " << status
                                                    << "; ending, because memory is ahead of the disk now";
                                         Finish(End::kCommitFailed);
                                       });
  recovering_ = true;
  return absl::OkStatus();
}

absl::Status JoinerServer::StartGrpc() {
  cluster_query_ = std::make_unique<query::ClusterQuery>(config_.cluster, clock_);
  auto server = rpc::StartServer(
      {.listen = config_.joiner.listen, .services = {&forward_gate_, &query_gate_, cluster_query_.get()}});
  if (!server.ok()) return server.status();
  grpc_ = *std::move(server);
  grpc_->server->GetHealthCheckService()->SetServingStatus(false);
  gateway_->Connect(rpc::ChannelInside(*grpc_->server));
  return absl::OkStatus();
}

std::string JoinerServer::WhyItDoesNotServe() const {
  if (!recovering_) return "it opens its data folder";
  return absl::StrCat("it recovers: ", core_->recovery().ToString());
}

void JoinerServer::OpenGates() {
  serves_since_ = clock_.Monotonic();
  forward_ = std::make_unique<ingest::ForwardService>(
      ingest::ForwardService::Options{.identity = IdentityFor(config_, slots_),
                                      .seed = config_.cluster.seed,
                                      .joiner = own_,
                                      .skew_max = config_.joiner.skew_max,
                                      .accept_loss = config_.joiner.accept_loss},
      ingest::ForwardService::Parts{.clock = clock_,
                                    .slots = slots_,
                                    .dictionary = core_->dictionary(),
                                    .store = *store_,
                                    .committer = core_->committer(),
                                    .gate = gate_,
                                    .runners = core_->runners()});
  local_query_ =
      std::make_unique<report::LocalQueryService>(report::LocalQueryService::Parts{.joiner = config_.joiner.name,
                                                                                   .seed = config_.cluster.seed,
                                                                                   .own = own_,
                                                                                   .clock = clock_,
                                                                                   .slots = slots_,
                                                                                   .dictionary = core_->dictionary(),
                                                                                   .flows = core_->flows(),
                                                                                   .committer = core_->committer(),
                                                                                   .gate = gate_,
                                                                                   .runners = core_->runners(),
                                                                                   .node = [this] { return Node(); }});
  forward_gate_.Open(*forward_);
  query_gate_.Open(*local_query_);
  grpc_->server->GetHealthCheckService()->SetServingStatus(true);
}

report::NodeFigures JoinerServer::Node() const {
  return {.address = config_.joiner.listen,
          .keys_bytes_max = config_.joiner.memory_max,
          .streams = forward_->figures().streams,
          .serves_since = serves_since_,
          .disk = disk_watch_->figures(),
          .recovery = core_->recovery()};
}

observe::Readiness JoinerServer::ReadinessNow() const {
  observe::Readiness readiness;
  if (!recovering_) return {{.name = "journal", .ready = false, .reason = "opening the data folder"}};
  const shard::RecoveryFigures recovery = core_->recovery();
  readiness.push_back({.name = "journal",
                       .ready = recovery.done,
                       .reason = absl::StrCat(recovery.done ? "recovered " : "recovering: ", recovery.ToString())});
  if (serving_) readiness.push_back({.name = "disk", .ready = true, .reason = DescribeDisk(disk_watch_->figures())});
  const absl::Status gate = gate_.Check();
  const bool serves = serving_ && gate.ok();
  readiness.push_back({.name = "serving",
                       .ready = serves,
                       .reason = gate.ok() ? (serves ? "" : "starting") : std::string(gate.message())});
  return readiness;
}

observe::HttpResponse JoinerServer::Metrics(const observe::HttpRequest& request) {
  observe::Exposition exposition;
  const bool written = serving_ && report::WriteMetrics({.clock = clock_,
                                                         .dictionary = core_->dictionary(),
                                                         .committer = core_->committer(),
                                                         .ingest = forward_->figures(),
                                                         .recovery = core_->recovery(),
                                                         .reload = flow_reload_.figures(),
                                                         .disk = disk_watch_->figures()},
                                                        exposition);
  if (!written) return {.status = 503, .body = "no commit yet; see /readyz?verbose\n"};
  return observe::AnswerScrape(request, exposition);
}

void JoinerServer::OnSignal(int signal) {
  if (signal == SIGHUP) return ReloadFlows();
  // From now on, not from Drain on: opening a folder, too, may hang with its disk.
  const MonotonicTime exit_at = std::chrono::steady_clock::now() + config_.joiner.shutdown_grace + kClosingMax;
  if (!exit_deadline_) exit_deadline_.emplace(exit_at, process::kExitIo);
  Finish(End::kSignal);
}

void JoinerServer::ReloadFlows() {
  reload_waits_ = !serving_;
  if (serving_) flow_reload_.Begin(core_->committer(), core_->dictionary());
}

void JoinerServer::BeginUpkeep() {
  KeepUpEverySecond();
  if (reload_waits_) ReloadFlows();
}

void JoinerServer::KeepUpEverySecond() {
  disk_watch_->Look();
  upkeep_timer_.expires_after(kUpkeepInterval);
  upkeep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) KeepUpEverySecond();
  });
}

void JoinerServer::Finish(End end) {
  if (!ended_.exchange(true)) end_.set_value(end);
  if (recovering_) core_->CancelRecovery();
}

JoinerServer::End JoinerServer::WaitForEnd() {
  return end_.get_future().get();
}

absl::Status JoinerServer::Drain() {
  const auto grace = config_.joiner.shutdown_grace;
  LOG(INFO) << "shutting down within " << std::chrono::duration<double>(grace).count() << " s";
  gate_.Drain();
  gateway_->Stop();
  grpc_->server->GetHealthCheckService()->Shutdown();
  forward_->Drain(clock_.Monotonic() + grace / 2);
  // A peer that stands still may keep a call open until then; the rest of the grace is for the last commit.
  grpc_->server->Shutdown(std::chrono::system_clock::now() + std::min<Duration>(kLastQueriesMax, grace / 4));
  serving_ = false;
  // The io thread first: it must not look at a committer that has stopped.
  io_.stop();
  io_thread_.join();
  // No stream is left that could answer it; whoever sent it still has it.
  for (shard::Runner* runner : core_->runners()) runner->inbox().Abandon();
  core_->Stop();
  LOG(INFO) << "joiner " << config_.joiner.name << " ended at commit "
            << static_cast<uint64_t>(core_->committer().view()->mark.commit);
  return core_->committer().failure();
}

}  // namespace oneway::server
