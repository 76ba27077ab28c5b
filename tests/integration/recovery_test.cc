// SPDX-License-Identifier: Apache-2.0
//
// Concern: a joiner that was killed serves again within a bounded time, with every key as it was, however many there
// are. Sizes come from the environment; `./run recovery` sets them.
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "client/client.h"
#include "tests/support/process/cluster.h"
#include "tests/support/process/measure.h"

namespace oneway::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kFlow[] = "push";
constexpr int kClients = 2;
// Between a start and its end, so that as a rule they are in different commits, and often in different files.
constexpr uint64_t kFlowsBetween = 20'000;
constexpr auto kLatency = std::chrono::milliseconds(5);
constexpr auto kFillWaitMax = std::chrono::minutes(30);
constexpr auto kServeWaitMax = std::chrono::minutes(5);
constexpr auto kPollInterval = std::chrono::milliseconds(10);
// WAL that a start may have to replay: RocksDbStore's bound, and what is written before a flush lets go of it.
constexpr uint64_t kWalBytesMax = uint64_t{512} << 20;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoull(text);
}

struct Sizes {
  uint64_t open = FromEnvironment("RECOVERY_OPEN", 10'000);
  uint64_t remembered = FromEnvironment("RECOVERY_REMEMBERED", 20'000);
  uint64_t flows() const { return open + remembered; }
  // The open ones lie evenly among the others, as old keys do in a journal that was in use for a while.
  bool IsOpen(uint64_t flow) const { return (flow + 1) * open / flows() > flow * open / flows(); }
};

struct FolderFigures {
  uint64_t wal_bytes = 0;
  uint64_t table_files = 0;
  uint64_t table_bytes = 0;
};

// Sums up the database in `folder`, and makes the kernel forget it: after a reboot nothing of it is in memory either.
FolderFigures InspectAndEvict(const std::string& folder) {
  FolderFigures figures;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const bool is_table = file.path().extension() == ".sst";
    if (file.path().extension() == ".log") figures.wal_bytes += file.file_size();
    figures.table_files += is_table;
    if (is_table) figures.table_bytes += file.file_size();
    const int descriptor = ::open(file.path().c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_GE(descriptor, 0) << file.path();
    ::fsync(descriptor);  // what is not written cannot be forgotten
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    ::close(descriptor);
  }
  return figures;
}

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// When a joiner that starts was seen to have come so far, counted from its exec.
struct Phases {
  Clock::duration opened{};  // the database is open, its WAL replayed
  Clock::duration read{};    // all rows are in the tables
  Clock::duration serving{};
};

class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest()
      : cluster_(
            {.partitioners = 1, .joiners = 1, .flows = "flows:\n  - name: push\n    ttl: 6h\n    retry_window: 6h\n"}) {
  }

  uint64_t EventsOf(int client) const {
    uint64_t events = 0;
    for (uint64_t flow = client; flow < sizes_.flows(); flow += kClients) events += sizes_.IsOpen(flow) ? 1 : 2;
    return events;
  }

  static std::string KeyOf(uint64_t flow) { return "push-" + std::to_string(10'000'000'000 + flow); }
  client::Time StartOf(uint64_t flow) const { return base_ + std::chrono::nanoseconds(flow); }

  void Send(client::Client& client, uint64_t flow, bool is_end) const {
    const auto send = [&] {
      return is_end ? client.End(kFlow, KeyOf(flow), StartOf(flow) + kLatency)
                    : client.Start(kFlow, KeyOf(flow), StartOf(flow));
    };
    while (send() == client::Outcome::kQueueFull) client.WaitForRoom(kFillWaitMax);
  }

  // Every kClients-th flow, in order; ends some flows after their starts.
  client::Counters SendFlowsOf(int index) const {
    const auto client = client::Client::Create({.targets = cluster_.partitioner_addresses()});
    const uint64_t flows = sizes_.flows();
    for (uint64_t flow = index; flow < flows + kFlowsBetween; flow += kClients) {
      if (flow < flows) Send(*client, flow, false);
      if (flow >= kFlowsBetween && !sizes_.IsOpen(flow - kFlowsBetween)) Send(*client, flow - kFlowsBetween, true);
    }
    return client->Shutdown(kFillWaitMax);
  }

  void Fill() const {
    std::vector<std::future<client::Counters>> sending;
    for (int i = 0; i < kClients; ++i) {
      sending.push_back(std::async(std::launch::async, [this, i] { return SendFlowsOf(i); }));
    }
    for (int i = 0; i < kClients; ++i) EXPECT_EQ(sending[i].get().acked, EventsOf(i));
  }

  std::string ReadyzOfJoiner() const {
    try {
      return HttpGet(cluster_.joiner_http_address(0), "/readyz?verbose").body;
    } catch (const boost::system::system_error&) {
      return "";  // it does not listen yet
    }
  }

  // Starts the joiner and looks until it serves.
  Phases Restart() {
    Phases phases;
    const auto began_at = Clock::now();
    cluster_.StartJoiner(0);
    while (phases.serving == Clock::duration::zero()) {
      const std::string readyz = ReadyzOfJoiner();
      const auto passed = Clock::now() - began_at;
      const auto note = [&](Clock::duration& phase, const char* sign) {
        if (phase == Clock::duration::zero() && readyz.find(sign) != std::string::npos) phase = passed;
      };
      note(phases.opened, " rows");
      note(phases.read, "recovered");
      note(phases.serving, "\nready");
      if (cluster_.joiner(0).Wait(kPollInterval).has_value() || passed > kServeWaitMax) {
        ADD_FAILURE() << "does not serve after " << Seconds(passed) << " s: " << readyz;
        break;
      }
    }
    return phases;
  }

  void ExpectEveryKeyThere() const {
    oneway::v1::BalanceReply balance;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    const grpc::Status status = cluster_.QueryStub(0)->Balance(&context, {}, &balance);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(balance.total().started(), sizes_.flows());
    EXPECT_EQ(balance.total().matched(), sizes_.remembered);
    EXPECT_EQ(balance.total().open(), sizes_.open);
    EXPECT_EQ(balance.total().unexplained(), 0u);
  }

  // Open and remembered keys are known as such: their events again are duplicates.
  void ExpectSomeEventsAreDuplicates() const {
    const auto client = client::Client::Create({.targets = cluster_.partitioner_addresses()});
    uint64_t sent = 0;
    for (uint64_t flow = 0; flow < sizes_.flows(); flow += sizes_.flows() / 1'000 + 1) {
      Send(*client, flow, false);
      if (!sizes_.IsOpen(flow)) Send(*client, flow, true);
      sent += sizes_.IsOpen(flow) ? 1 : 2;
    }
    const client::Counters counters = client->Shutdown(std::chrono::minutes(2));
    EXPECT_EQ(counters.acked, sent);
    EXPECT_EQ(counters.duplicate, sent);
  }

  const Sizes sizes_;
  const client::Time base_ = std::chrono::system_clock::now() - std::chrono::minutes(1);
  Cluster cluster_;
};

TEST_F(RecoveryTest, AKilledJoinerServesAgainWithEveryKey) {
  cluster_.Start();
  ASSERT_FALSE(HasFailure());
  const auto fill_began_at = Clock::now();
  Fill();
  std::cout << "sent " << sizes_.flows() << " flows in " << Seconds(Clock::now() - fill_began_at) << " s" << std::endl;
  cluster_.KillJoiner(0);
  const FolderFigures folder = InspectAndEvict(cluster_.joiner_data(0) + "/db");
  EXPECT_LE(folder.wal_bytes, kWalBytesMax);

  const Phases phases = Restart();
  const double cpu_seconds = CpuSeconds(cluster_.joiner(0).id());
  ExpectEveryKeyThere();
  ExpectSomeEventsAreDuplicates();
  std::cout << "{\"open\": " << sizes_.open << ", \"remembered\": " << sizes_.remembered
            << ", \"wal_bytes\": " << folder.wal_bytes << ", \"table_files\": " << folder.table_files
            << ", \"table_bytes\": " << folder.table_bytes << ", \"opened_seconds\": " << Seconds(phases.opened)
            << ", \"read_seconds\": " << Seconds(phases.read - phases.opened)
            << ", \"first_commit_seconds\": " << Seconds(phases.serving - phases.read)
            << ", \"cpu_seconds\": " << cpu_seconds << ", \"serving_after_seconds\": " << Seconds(phases.serving) << "}"
            << std::endl;
  const uint64_t seconds_max = FromEnvironment("RECOVERY_SECONDS_MAX", 0);
  if (seconds_max != 0) {
    EXPECT_LE(Seconds(phases.serving), static_cast<double>(seconds_max));
  }
}

}  // namespace
}  // namespace oneway::test
