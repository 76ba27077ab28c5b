// SPDX-License-Identifier: Apache-2.0
//
// The people that use the task application and the messaging.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "demo/http/post_queue.h"
#include "demo/program/program.h"
#include "demo/users/crowd.h"

namespace oneway::demo::users {
namespace {

// People try twice and do not stand in line for ever.
constexpr uint32_t kAttemptsMax = 2;
constexpr size_t kWaitingMax = 2'000;
constexpr double kRateMax = 10'000;

struct Options {
  http::Address task_app{.port = 8081};
  http::Address push_app{.port = 8082};
  Rates rates;
  std::optional<uint64_t> seed;
};

constexpr char kExamples[] = R"(Examples:
  oneway-demo-users --task-app 127.0.0.1:8081 --push-app 127.0.0.1:8082
  oneway-demo-users --task-app 127.0.0.1:8081 --push-app 127.0.0.1:8082 --tasks-per-second 1 --messages-per-second 200

Ends on SIGTERM or Ctrl-C. People type, and see messages, as often as they send one. A rate of 0 is never.)";

std::optional<int> ReadCommandLine(int argc, char** argv, Options& options) {
  CLI::App app("Posts tasks, messages, typing and receipts at random times", "oneway-demo-users");
  program::AddAddress(app, "--task-app", options.task_app, "Where oneway-demo-task serves");
  program::AddAddress(app, "--push-app", options.push_app, "Where oneway-demo-push serves");
  app.add_option("--tasks-per-second", options.rates.tasks_per_second, "How many, on average")
      ->check(CLI::Range(0.0, kRateMax))
      ->capture_default_str();
  app.add_option("--messages-per-second", options.rates.messages_per_second, "How many, on average")
      ->check(CLI::Range(0.0, kRateMax))
      ->capture_default_str();
  program::AddSeed(app, options.seed);
  app.footer(kExamples);
  return program::Parse(app, argc, argv);
}

http::PostQueueOptions QueueTo(const std::string& name, const http::Address& server) {
  return {.name = name, .server = server, .waiting_max = kWaitingMax, .attempts_max = kAttemptsMax};
}

void Tell(const std::string& name, const http::PostFigures& figures) {
  LOG(INFO) << name << " took " << figures.answered << " requests; " << figures.given_up + figures.dropped
            << " were given up, " << figures.refused << " refused";
}

int Run(const Options& options) {
  boost::asio::io_context io_context(1);
  http::PostQueue tasks(io_context, QueueTo("the task application", options.task_app));
  http::PostQueue messaging(io_context, QueueTo("the messaging", options.push_app));
  const Crowd crowd(io_context, tasks, messaging, options.rates, program::SeedOf(options.seed));
  program::RunUntilSignal(io_context);
  Tell("the task application", tasks.figures());
  Tell("the messaging", messaging.figures());
  return program::kExitOk;
}

}  // namespace
}  // namespace oneway::demo::users

int main(int argc, char** argv) {
  oneway::demo::program::InitLogging(argv[0]);
  oneway::demo::users::Options options;
  if (const auto exit = oneway::demo::users::ReadCommandLine(argc, argv, options)) return *exit;
  return oneway::demo::users::Run(options);
}
