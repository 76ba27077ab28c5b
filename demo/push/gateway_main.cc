// SPDX-License-Identifier: Apache-2.0
//
// The gateway to a push notification service: takes deliveries over HTTP and says when each is on its phone.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "demo/http/server.h"
#include "demo/program/program.h"
#include "demo/push/gateway.h"
#include "demo/push/oneway_tracking.h"

namespace oneway::demo::push {
namespace {

// Most deliveries take less; those that take longer are lost, as in any process that keeps them in memory.
constexpr auto kDeliverWaitMax = std::chrono::milliseconds(2'500);

struct Options {
  std::string service;
  http::Address listen{.port = 8083};
  http::Address oneway{.port = 7100};
  std::optional<uint64_t> seed;
};

constexpr char kExamples[] = R"(Examples:
  oneway-demo-gateway --service apns --listen 127.0.0.1:8083 --oneway 127.0.0.1:7100
  oneway-demo-gateway --service gcm --listen 127.0.0.1:8084 --oneway 127.0.0.1:7100
  curl -X POST 'http://127.0.0.1:8083/deliveries?flow=push&id=push-7&to=ben'

Ends the flows that oneway-demo-push starts. Of the pushes 2 % take longer than 6 s, 2 % get lost, 3 % end twice.)";

std::optional<int> ReadCommandLine(int argc, char** argv, Options& options) {
  CLI::App app("Delivers what oneway-demo-push hands over, and tells Oneway of each end", "oneway-demo-gateway");
  app.add_option("--service", options.service, "Which service this is")
      ->required()
      ->check(CLI::IsMember({"apns", "gcm"}));
  program::AddAddress(app, "--listen", options.listen, "Where to serve HTTP");
  program::AddAddress(app, "--oneway", options.oneway, "Oneway's partitioner");
  program::AddSeed(app, options.seed);
  app.footer(kExamples);
  return program::Parse(app, argc, argv);
}

int Run(const Options& options) {
  const auto client = program::ConnectToOneway(options.oneway);
  if (client == nullptr) return program::kExitFailure;
  OnewayTracking tracking(*client);

  const Service service = ServiceOf(options.service).value();
  Random random(program::SeedOf(options.seed));
  boost::asio::io_context io_context(1);
  http::Server server(io_context, {.listen = options.listen});
  Gateway gateway(io_context, tracking, [&](Flow flow) { return DrawPlan(service, flow, random); });
  gateway.AddRoutes(server);
  if (!program::ServeUntilSignal(io_context, server, "deliveries of " + options.service + " are taken")) {
    return program::kExitFailure;
  }
  program::RunWhile(
      io_context, [&] { return gateway.pending() > 0; }, kDeliverWaitMax);
  LOG_IF(WARNING, gateway.pending() > 0) << gateway.pending() << " deliveries are lost";
  program::Shutdown(*client);
  return program::kExitOk;
}

}  // namespace
}  // namespace oneway::demo::push

int main(int argc, char** argv) {
  oneway::demo::program::InitLogging(argv[0]);
  oneway::demo::push::Options options;
  if (const auto exit = oneway::demo::push::ReadCommandLine(argc, argv, options)) return *exit;
  return oneway::demo::push::Run(options);
}
