// SPDX-License-Identifier: Apache-2.0
//
// The task application: tasks that are triggered over HTTP, split among workers and published part by part.
#include <glog/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "demo/actor/actor_system.h"
#include "demo/http/server.h"
#include "demo/id/new_id.h"
#include "demo/program/program.h"
#include "demo/task/actors.h"
#include "demo/task/oneway_listener.h"
#include "demo/task/task_duration_actor.h"

namespace oneway::demo::task {
namespace {

constexpr int kActorThreads = 2;
constexpr size_t kActorsMax = 50'000;  // about 5,000 tasks at a time; further ones are answered 503
// A task takes four seconds at most.
constexpr auto kFinishWaitMax = std::chrono::seconds(5);

struct Options {
  http::Address listen{.port = 8081};
  http::Address oneway{.port = 7100};
  std::string durations;
  std::optional<uint64_t> seed;
};

constexpr char kExamples[] = R"(Examples:
  oneway-demo-task --listen 127.0.0.1:8081 --oneway 127.0.0.1:7100 --durations durations.txt
  curl -X POST http://127.0.0.1:8081/triggerTask

A task is a flow `task` of shape `fanout`. POST /triggerTask is answered 202 with the task's id at once.
FILE gets a line "TASK_ID NANOSECONDS" for each task, as measured inside this program.)";

std::optional<int> ReadCommandLine(int argc, char** argv, Options& options) {
  CLI::App app("Runs tasks that fan out into ten parts, and tells Oneway of them", "oneway-demo-task");
  program::AddAddress(app, "--listen", options.listen, "Where to serve HTTP");
  program::AddAddress(app, "--oneway", options.oneway, "Oneway's partitioner");
  app.add_option("--durations", options.durations, "Append each task's duration to this file")->type_name("FILE");
  program::AddSeed(app, options.seed);
  app.footer(kExamples);
  return program::Parse(app, argc, argv);
}

http::Response Trigger(const ActorSystem& system, const ActorRef<HandlerMessage>& handler) {
  const std::string task_id = NewId();
  const bool taken = system.actors() < kActorsMax && handler.Tell(TaskTrigger{.task_id = task_id});
  return taken ? http::Response{.status = 202, .body = task_id}
               : http::Response{.status = 503, .body = "too many tasks at a time\n"};
}

int Run(const Options& options) {
  std::ofstream durations;
  if (!options.durations.empty()) {
    durations.open(options.durations, std::ios::app);
    if (!durations) {
      LOG(ERROR) << "--durations: cannot open " << options.durations;
      return program::kExitFailure;
    }
  }
  const auto client = program::ConnectToOneway(options.oneway);
  if (client == nullptr) return program::kExitFailure;

  ActorSystem system(kActorThreads);
  OnewayListener oneway_listener(*client);
  TaskDurationListener duration_listener(system.Spawn<TaskDurationActor>(std::move(durations)));
  const TaskEvents events({&oneway_listener, &duration_listener});
  const auto handler = system.Spawn<HandlerActor>(Work{.events = events}, program::SeedOf(options.seed));

  boost::asio::io_context io_context(1);
  http::Server server(io_context, {.listen = options.listen});
  server.RoutePost("/triggerTask", [&](const http::Request&) { return Trigger(system, handler); });
  if (!program::ServeUntilSignal(io_context, server, "tasks may be triggered")) return program::kExitFailure;
  LOG_IF(WARNING, !system.Drain(kFinishWaitMax)) << "some tasks are not finished";
  program::Shutdown(*client);
  return program::kExitOk;
}

}  // namespace
}  // namespace oneway::demo::task

int main(int argc, char** argv) {
  oneway::demo::program::InitLogging(argv[0]);
  oneway::demo::task::Options options;
  if (const auto exit = oneway::demo::task::ReadCommandLine(argc, argv, options)) return *exit;
  return oneway::demo::task::Run(options);
}
