// SPDX-License-Identifier: Apache-2.0
//
// The messaging's front end: takes requests, answers them at once, queues them and hands them to the gateways.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

#include "demo/http/server.h"
#include "demo/program/program.h"
#include "demo/push/dispatcher.h"
#include "demo/push/front_end.h"
#include "demo/push/oneway_tracking.h"

namespace oneway::demo::push {
namespace {

constexpr auto kHandOverWaitMax = std::chrono::seconds(3);

struct Options {
  http::Address listen{.port = 8082};
  http::Address apns{.port = 8083};
  http::Address gcm{.port = 8084};
  http::Address oneway{.port = 7100};
};

constexpr char kExamples[] = R"(Examples:
  oneway-demo-push --listen 127.0.0.1:8082 --apns 127.0.0.1:8083 --gcm 127.0.0.1:8084 --oneway 127.0.0.1:7100
  curl -X POST -d 'see you at eight' 'http://127.0.0.1:8082/messages?from=ana&to=ben'
  curl -X POST 'http://127.0.0.1:8082/typing?from=ana&to=ben'
  curl -X POST 'http://127.0.0.1:8082/seen?to=ana'

Starts the flows push (label service=apns|gcm), message-delivery, typing-indicator and seen-receipt; the gateways,
oneway-demo-gateway, end them. While a gateway is away, what is for it waits.)";

std::optional<int> ReadCommandLine(int argc, char** argv, Options& options) {
  CLI::App app("Takes messages and hands them to the gateways, and tells Oneway of each start", "oneway-demo-push");
  program::AddAddress(app, "--listen", options.listen, "Where to serve HTTP");
  program::AddAddress(app, "--apns", options.apns, "The gateway of one service");
  program::AddAddress(app, "--gcm", options.gcm, "The gateway of the other");
  program::AddAddress(app, "--oneway", options.oneway, "Oneway's partitioner");
  app.footer(kExamples);
  return program::Parse(app, argc, argv);
}

int Run(const Options& options) {
  const auto client = program::ConnectToOneway(options.oneway);
  if (client == nullptr) return program::kExitFailure;
  OnewayTracking tracking(*client);

  boost::asio::io_context io_context(1);
  http::Server server(io_context, {.listen = options.listen});
  Dispatcher dispatcher(io_context, {http::PostQueueOptions{.server = options.apns, .connections = 8},
                                     http::PostQueueOptions{.server = options.gcm, .connections = 8}});
  FrontEnd front_end(dispatcher, tracking);
  front_end.AddRoutes(server);
  if (!program::ServeUntilSignal(io_context, server, "messages are taken")) return program::kExitFailure;
  program::RunWhile(
      io_context, [&] { return dispatcher.waiting() > 0; }, kHandOverWaitMax);
  LOG_IF(ERROR, dispatcher.waiting() > 0) << dispatcher.waiting() << " deliveries are lost, their gateway is away";
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
