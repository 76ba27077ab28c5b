// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner whose disk really is full. Its data folder is a small file system of its own, in a mount namespace
// of this process, which needs root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "client/client.h"
#include "common/process/exit_code.h"
#include "tests/support/process/cluster.h"
#include "tests/support/read_file.h"
#include "tests/support/wait.h"

namespace oneway::test {
namespace {

using testing::HasSubstr;

constexpr auto kWaitMax = std::chrono::seconds(60);
constexpr char kDiskOptions[] = "size=64m";
constexpr uint64_t kMebibyte = uint64_t{1} << 20;

class FullDiskTest : public testing::Test {
 protected:
  // Mounts are seen by this thread and the programs that it starts, and go with them.
  void Begin(const std::string& disk_reserve) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      GTEST_SKIP() << "no mount namespace of its own: " << std::strerror(errno);
    }
    cluster_ = std::make_unique<Cluster>(
        Cluster::Options{.joiner_flags = {"--disk-reserve", disk_reserve, "--memtable-bytes", "64KiB"}});
    std::filesystem::create_directories(cluster_->joiner_data(0));
    ASSERT_EQ(::mount("none", cluster_->joiner_data(0).c_str(), "tmpfs", 0, kDiskOptions), 0) << std::strerror(errno);
    mounted_ = true;
    cluster_->Start();
    client_ = client::Client::Create({.targets = {cluster_->partitioner_address(0)}});
  }

  void TearDown() override {
    if (client_ != nullptr) client_->Shutdown(std::chrono::seconds(0));
    const std::string data = cluster_ != nullptr ? cluster_->joiner_data(0) : "";
    if (!mounted_) return;
    cluster_->KillJoiner(0);
    ::umount2(data.c_str(), MNT_DETACH);
  }

  void SendStarts(const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) client_->Start("push", prefix + std::to_string(i));
  }

  // Fills the disk until so many bytes are left.
  void LeaveFree(uint64_t bytes) {
    const uint64_t free = std::filesystem::space(cluster_->joiner_data(0)).available;
    std::ofstream file(Ballast(), std::ios::binary | std::ios::app);
    const std::string block(64 << 10, 'x');
    for (uint64_t left = free > bytes ? free - bytes : 0; left > 0 && file.good();) {
      const uint64_t part = std::min<uint64_t>(left, block.size());
      file.write(block.data(), static_cast<std::streamsize>(part)).flush();
      left -= part;
    }
  }
  void MakeRoom() { std::filesystem::remove(Ballast()); }
  std::string Ballast() const { return cluster_->joiner_data(0) + "/ballast"; }

  template <typename Condition>
  bool Comes(Condition condition) {
    return Eventually(kWaitMax, condition);
  }
  bool IsAcked(uint64_t count) {
    return Comes([&] { return client_->counters().acked == count; });
  }
  std::string Get(const std::string& path) { return HttpGet(cluster_->joiner_http_address(0), path).body; }

  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<client::Client> client_;
  bool mounted_ = false;
};

TEST_F(FullDiskTest, AJoinerThatFindsNoRoomEndsAndSaysWhyAndLosesNothing) {
  Begin("0");
  if (IsSkipped() || HasFatalFailure()) return;
  SendStarts("first-", 1000);
  ASSERT_TRUE(IsAcked(1000));

  LeaveFree(0);
  SendStarts("second-", 20'000);
  EXPECT_EQ(cluster_->joiner(0).Wait(kWaitMax), process::kExitIo);
  const std::string log = ReadFile(cluster_->joiner_log(0));
  EXPECT_THAT(log, HasSubstr("a commit failed, nothing of it was answered"));
  EXPECT_THAT(log, HasSubstr("No space left on device"));

  MakeRoom();
  cluster_->StartJoiner(0);
  cluster_->WaitUntilJoinerServes(0);
  EXPECT_TRUE(IsAcked(21'000)) << "of what the client still had";
  EXPECT_THAT(Get("/metrics"), HasSubstr("oneway_started_total{flow=\"push\"} 21000\n"));
}

TEST_F(FullDiskTest, NewKeysArePutOffBeforeTheDiskIsFullAndTakenAgainOnceThereIsRoom) {
  Begin("32MiB");
  if (IsSkipped() || HasFatalFailure()) return;
  SendStarts("first-", 100);
  ASSERT_TRUE(IsAcked(100));
  EXPECT_THAT(Get("/readyz?verbose"), HasSubstr("[+] disk: "));

  LeaveFree(30 * kMebibyte);
  ASSERT_TRUE(Comes([this] { return Get("/metrics").find("oneway_joiner_disk_low 1\n") != std::string::npos; }));
  EXPECT_THAT(Get("/readyz?verbose"), HasSubstr("events of new keys are put off: "));
  SendStarts("second-", 100);
  for (int i = 0; i < 100; ++i) client_->End("push", "first-" + std::to_string(i));
  EXPECT_TRUE(IsAcked(200)) << "what is open can end";
  EXPECT_THAT(Get("/metrics"), HasSubstr("oneway_started_total{flow=\"push\"} 100\n"));

  MakeRoom();
  EXPECT_TRUE(IsAcked(300)) << "new keys are taken again";
  EXPECT_THAT(Get("/metrics"), HasSubstr("oneway_started_total{flow=\"push\"} 200\n"));
}

}  // namespace
}  // namespace oneway::test
