// SPDX-License-Identifier: Apache-2.0
#include "demo/program/program.h"

#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <random>

#include "demo/http/server.h"

namespace oneway::demo::program {
namespace {

constexpr auto kShutdownGrace = std::chrono::seconds(3);

}  // namespace

void InitLogging(const char* argv0) {
  FLAGS_logtostderr = true;
  FLAGS_log_utc_time = true;
  google::InitGoogleLogging(argv0);
  // Whoever reads the log may go away.
  std::signal(SIGPIPE, SIG_IGN);
}

void AddAddress(CLI::App& app, const std::string& name, http::Address& address, const std::string& description) {
  const auto parse = [name, &address](const std::string& text) {
    const auto parsed = http::ParseAddress(text);
    if (!parsed.ok()) throw CLI::ValidationError(name, std::string(parsed.status().message()));
    address = *parsed;
  };
  app.add_option_function<std::string>(name, parse, description)
      ->type_name("HOST:PORT")
      ->default_str(http::ToString(address));
}

void AddSeed(CLI::App& app, std::optional<uint64_t>& seed) {
  app.add_option("--seed", seed, "Draw the same random numbers in the same order; ids are new all the same");
}

std::optional<int> Parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return std::nullopt;
}

uint64_t SeedOf(const std::optional<uint64_t>& seed) {
  if (seed.has_value()) return *seed;
  std::random_device device;
  return (uint64_t{device()} << 32) | device();
}

std::unique_ptr<client::Client> ConnectToOneway(const http::Address& partitioner) {
  std::string error;
  auto client = client::Client::Create({.targets = {http::ToString(partitioner)}}, &error);
  if (client == nullptr) LOG(ERROR) << "--oneway: " << error;
  return client;
}

void Shutdown(client::Client& client) {
  const client::Counters counters = client.Shutdown(kShutdownGrace);
  const uint64_t lost = counters.accepted - counters.acked + counters.dropped_queue_full;
  LOG_IF(ERROR, lost > 0) << "Oneway did not take " << lost << " events: " << counters.dropped_at_shutdown
                          << " unanswered, " << counters.dropped_queue_full << " for lack of room, " << counters.invalid
                          << " refused, " << counters.too_late << " too late; " << client.connection().last_error;
  LOG(INFO) << "ended; Oneway took " << counters.acked << " events";
}

void RunUntilSignal(boost::asio::io_context& io_context) {
  bool ended = false;
  boost::asio::signal_set signals(io_context, SIGTERM, SIGINT);
  signals.async_wait([&ended](const auto& error, int /*signal*/) { ended = ended || !error; });
  while (!ended && io_context.run_one() > 0) {
  }
}

bool ServeUntilSignal(boost::asio::io_context& io_context, http::Server& server, const std::string& what) {
  if (const absl::Status status = server.Start(); !status.ok()) {
    LOG(ERROR) << status.message() << "; choose another address with --listen";
    return false;
  }
  LOG(INFO) << what << " on port " << server.port();
  RunUntilSignal(io_context);
  server.Stop();
  return true;
}

void RunWhile(boost::asio::io_context& io_context, const std::function<bool()>& is_busy,
              std::chrono::nanoseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  io_context.restart();
  while (is_busy() && std::chrono::steady_clock::now() < deadline) io_context.run_one_until(deadline);
}

}  // namespace oneway::demo::program
