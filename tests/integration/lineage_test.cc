// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner whose data folder has less than was acknowledged, or belongs to somebody else, does not serve.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "client/client.h"
#include "tests/support/process/cluster.h"
#include "tests/support/read_file.h"
#include "tests/support/wait.h"

namespace oneway::test {
namespace {

constexpr auto kWaitMax = std::chrono::seconds(60);

class LineageTest : public testing::Test {
 protected:
  LineageTest() : cluster_({.partitioners = 2, .joiners = 2}) {}

  // Sends `count` starts through one partitioner and waits for all acks: then every joiner has acked some.
  void SendStarts(int partitioner, const std::string& prefix, int count) {
    const auto client = client::Client::Create({.targets = {cluster_.partitioner_address(partitioner)}});
    for (int i = 0; i < count; ++i) client->Start("push", prefix + std::to_string(i));
    EXPECT_EQ(client->Shutdown(kWaitMax).acked, static_cast<uint64_t>(count));
  }

  void StopJoiner(int joiner) {
    cluster_.joiner(joiner).Signal(SIGTERM);
    EXPECT_EQ(cluster_.joiner(joiner).Wait(kWaitMax), 0);
  }

  std::string BackupOf(int joiner) const { return cluster_.folder() + "/backup-" + std::to_string(joiner); }

  void BackUp(int joiner) {
    std::filesystem::copy(cluster_.joiner_data(joiner), BackupOf(joiner), std::filesystem::copy_options::recursive);
  }

  void PutBackupInPlace(int joiner) {
    std::filesystem::remove_all(cluster_.joiner_data(joiner));
    std::filesystem::copy(BackupOf(joiner), cluster_.joiner_data(joiner), std::filesystem::copy_options::recursive);
  }

  // Waits until the joiner says that it refuses, which it does once a partitioner showed it what it acked.
  void ExpectRefuses(int joiner) {
    HttpReply reply;
    const bool refuses = Eventually(kWaitMax, [&] {
      reply = HttpGet(cluster_.joiner_http_address(joiner), "/readyz?verbose");
      return reply.status == 503 && reply.body.find("--accept-loss") != std::string::npos;
    });
    EXPECT_TRUE(refuses) << "joiner " << joiner << " serves: " << reply.status << " " << reply.body;
  }

  // Joiner 0 has a backup, and went on after it was made.
  void GoOnAfterABackup() {
    cluster_.Start();
    SendStarts(0, "first-", 100);
    StopJoiner(0);
    BackUp(0);
    cluster_.StartJoiner(0);
    cluster_.WaitUntilJoinerServes(0);
    SendStarts(0, "second-", 100);
  }

  Cluster cluster_;
};

TEST_F(LineageTest, AnOlderCopyOfTheFolderIsRefused) {
  GoOnAfterABackup();
  StopJoiner(0);
  PutBackupInPlace(0);
  cluster_.StartJoiner(0);
  cluster_.WaitUntilJoinerServes(0);
  ExpectRefuses(0);
}

TEST_F(LineageTest, AnOlderCopyThatWentOnAloneIsRefused) {
  GoOnAfterABackup();

  // The copy goes on with a partitioner that never saw the original's later acks, and gets further than the original.
  StopJoiner(0);
  PutBackupInPlace(0);
  cluster_.partitioner(0).Signal(SIGSTOP);
  cluster_.partitioner(1).Signal(SIGKILL);
  cluster_.partitioner(1).Wait(kWaitMax);
  cluster_.StartPartitioner(1);
  cluster_.WaitUntilPartitionerServes(1);
  cluster_.StartJoiner(0);
  cluster_.WaitUntilJoinerServes(0);
  for (int round = 0; round < 20; ++round) SendStarts(1, "alone-" + std::to_string(round) + "-", 100);

  cluster_.partitioner(0).Signal(SIGCONT);
  ExpectRefuses(0);
}

TEST_F(LineageTest, AcceptLossGoesOnWithWhatIsThere) {
  GoOnAfterABackup();
  StopJoiner(0);
  PutBackupInPlace(0);
  setenv("ONEWAY_JOINER_ACCEPT_LOSS", "true", 1);
  cluster_.StartJoiner(0);
  unsetenv("ONEWAY_JOINER_ACCEPT_LOSS");
  cluster_.WaitUntilJoinerServes(0);
  SendStarts(0, "third-", 100);
}

TEST_F(LineageTest, AnotherJoinersFolderIsRefused) {
  cluster_.Start();
  SendStarts(0, "first-", 100);
  StopJoiner(0);
  StopJoiner(1);
  BackUp(1);
  std::filesystem::remove_all(cluster_.joiner_data(0));
  std::filesystem::copy(BackupOf(1), cluster_.joiner_data(0), std::filesystem::copy_options::recursive);
  cluster_.StartJoiner(0);
  const std::optional<int> exit = cluster_.joiner(0).Wait(kWaitMax);
  ASSERT_TRUE(exit.has_value());
  EXPECT_NE(*exit, 0);
  EXPECT_NE(ReadFile(cluster_.joiner_log(0)).find("joiner-1"), std::string::npos) << ReadFile(cluster_.joiner_log(0));
}

}  // namespace
}  // namespace oneway::test
