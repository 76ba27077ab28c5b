// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/process_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/demo/commands.h"
#include "cli/demo/durations.h"
#include "cli/demo/programs.h"
#include "common/process/config.h"
#include "tests/support/temporary_folder.h"

namespace oneway::cli::demo {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class ProcessPlanTest : public testing::Test {
 protected:
  // A file that can be run.
  std::string Place(const std::string& path) {
    const std::filesystem::path whole = std::filesystem::path(folder_.path()) / path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << "#!/bin/sh\n";
    std::filesystem::permissions(whole, std::filesystem::perms::owner_all);
    return whole.string();
  }
  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  static ProcessPlan PlanIn(const std::string& folder) {
    std::vector<uint16_t> ports;
    for (uint16_t port = 5000; ports.size() < kPorts; ++port) ports.push_back(port);
    return MakeProcessPlan({.joiner = "J", .partitioner = "P", .task = "T", .push = "U", .gateway = "G", .users = "H"},
                           folder, ports);
  }

  test::TemporaryFolder folder_;
};

TEST_F(ProcessPlanTest, EveryProcessKnowsTheOthers) {
  std::string commands;
  for (const ProcessSpec& spec : PlanIn("/f").processes) {
    commands += spec.name + " (" + spec.http_address + spec.health_path + "):";
    for (const std::string& word : spec.command) commands += " " + word;
    commands += "\n";
  }
  EXPECT_EQ(commands,
            "joiner-0 (127.0.0.1:5004/readyz): J --config /f/oneway.yaml --name joiner-0 --http-listen 127.0.0.1:5004 "
            "--data /f/joiner-0\n"
            "joiner-1 (127.0.0.1:5002/readyz): J --config /f/oneway.yaml --name joiner-1 --http-listen 127.0.0.1:5002 "
            "--data /f/joiner-1\n"
            "partitioner (127.0.0.1:5007/readyz): P --config /f/oneway.yaml --name partitioner --listen 127.0.0.1:5003 "
            "--http-listen 127.0.0.1:5007\n"
            "gateway-apns (127.0.0.1:5008/healthz): G --listen 127.0.0.1:5008 --oneway 127.0.0.1:5003 --service apns\n"
            "gateway-gcm (127.0.0.1:5009/healthz): G --listen 127.0.0.1:5009 --oneway 127.0.0.1:5003 --service gcm\n"
            "push (127.0.0.1:5005/healthz): U --listen 127.0.0.1:5005 --oneway 127.0.0.1:5003 --apns 127.0.0.1:5008 "
            "--gcm 127.0.0.1:5009\n"
            "task (127.0.0.1:5006/healthz): T --listen 127.0.0.1:5006 --oneway 127.0.0.1:5003 --durations "
            "/f/task-durations.txt\n"
            "users (): H --task-app 127.0.0.1:5006 --push-app 127.0.0.1:5005\n");
  EXPECT_EQ(PlanIn("/f").browser_url, "http://127.0.0.1:5007/");
}

TEST_F(ProcessPlanTest, JoinersAndPartitionerTakeTheConfiguration) {
  const ProcessPlan plan = PlanIn(folder_.path());
  Write("oneway.yaml", plan.config);
  const char* arguments[] = {"oneway-joiner", "--config", plan.config_path.c_str(), "--name", "joiner-1",
                             "--data",        "/f"};
  const auto loaded = process::LoadConfig(process::Role::kJoiner, std::size(arguments), arguments, {});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  ASSERT_EQ(loaded->config.cluster.joiners.size(), 2u);
  EXPECT_EQ(loaded->config.cluster.joiners[1].address, "127.0.0.1:5001");
  ASSERT_EQ(loaded->config.flows.flows.size(), 5u);
  const flow::Rules& push = loaded->config.flows.flows[0];
  EXPECT_EQ(push.name, "push");
  EXPECT_EQ(push.ttl, std::chrono::seconds(6));
  EXPECT_EQ(push.arrival_grace, std::chrono::seconds(1));
  EXPECT_EQ(push.labels, std::vector<std::string>{"service"});
}

TEST_F(ProcessPlanTest, ProgramsAreFoundWhereABuildLeavesThem) {
  const std::string tool = Place("cli/oneway");
  const std::string gateway = Place("demo/push/oneway-demo-gateway");
  for (const char* path : {"joiner/oneway-joiner", "partitioner/oneway-partitioner", "demo/task/oneway-demo-task",
                           "demo/push/oneway-demo-push", "demo/users/oneway-demo-users"}) {
    Place(path);
  }
  const auto programs = FindPrograms(tool);
  ASSERT_TRUE(programs.ok()) << programs.status();
  EXPECT_EQ(programs->gateway, gateway);
}

TEST_F(ProcessPlanTest, ProgramsBesideTheToolComeFirst) {
  const std::string tool = Place("bin/oneway");
  Place("joiner/oneway-joiner");
  for (const char* name : {"oneway-joiner", "oneway-partitioner", "oneway-demo-task", "oneway-demo-push",
                           "oneway-demo-gateway", "oneway-demo-users"}) {
    Place("bin/" + std::string(name));
  }
  const auto programs = FindPrograms(tool);
  ASSERT_TRUE(programs.ok()) << programs.status();
  EXPECT_EQ(programs->joiner, folder_.path() + "/bin/oneway-joiner");
}

TEST_F(ProcessPlanTest, ProgramsThatAreMissingAreNamed) {
  const std::string tool = Place("bin/oneway");
  for (const char* name : {"oneway-joiner", "oneway-partitioner", "oneway-demo-task", "oneway-demo-users"}) {
    Place("bin/" + std::string(name));
  }
  EXPECT_EQ(std::string(FindPrograms(tool).status().message()),
            "not found beside " + tool +
                ": oneway-demo-push, oneway-demo-gateway; from the sources, `./run demo` builds and runs all of them");
}

TEST_F(ProcessPlanTest, CommandsToTryNameTheRealPorts) {
  const ProcessPlan plan = PlanIn("/f");
  EXPECT_THAT(CommandsToTry("build/oneway", plan),
              testing::ElementsAre(
                  "build/oneway top --server 127.0.0.1:5003", "build/oneway balance --server 127.0.0.1:5003",
                  "id=$(curl -s -d hello 'http://127.0.0.1:5005/messages?from=me&to=you')",
                  "build/oneway get push $id --server 127.0.0.1:5003", "curl -s http://127.0.0.1:5004/metrics"));
}

TEST_F(ProcessPlanTest, DurationsThatTheTaskApplicationMeasured) {
  const Durations durations = ReadDurations(Write("durations", "t-1 1000000000\nnot so\nt-2 2500000000\nt-3"));
  EXPECT_EQ(durations.tasks, 2u);
  EXPECT_DOUBLE_EQ(durations.mean_seconds, 1.75);
  EXPECT_EQ(ReadDurations(folder_.path() + "/nothing").tasks, 0u);
}

TEST_F(ProcessPlanTest, PathsBelowTheCurrentFolderAreTypedRelative) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(AsTyped(here + "/cli/oneway"), "cli/oneway");
  EXPECT_EQ(AsTyped("/usr/bin/oneway"), "/usr/bin/oneway");
}

}  // namespace
}  // namespace oneway::cli::demo
