// SPDX-License-Identifier: Apache-2.0
//
// Concern: floods of keys, of series and of minutes stay within memory_max and ledger_bytes_max. What does not fit is
// put off, event by event, or falls back to coarser figures; nothing that was taken is forgotten. Real processes, whose
// memory is measured from outside as well.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/integration/open_loop.h"
#include "tests/support/process/cluster.h"
#include "tests/support/process/measure.h"

namespace oneway::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr char kFlow[] = "push";
constexpr auto kWaitMax = seconds(120);

class FloodTest : public testing::Test {
 protected:
  static constexpr uint64_t kMemoryMax = uint64_t{16} << 20;
  static constexpr uint64_t kLedgerBytesMax = uint64_t{1} << 20;

  double OfJoiner(const std::string& metric) const {
    return Sample(HttpGet(cluster_.joiner_http_address(0), "/metrics").body, metric);
  }
  double PutOff() const {
    return Sample(HttpGet(cluster_.partitioner_http_address(0), "/metrics").body,
                  "oneway_ingest_events_total{status=\"retry_after\"}");
  }
  std::unique_ptr<client::Client> NewClient() const {
    return client::Client::Create({.targets = cluster_.partitioner_addresses(), .queue_bytes_max = size_t{64} << 20});
  }

  template <typename Condition>
  static bool WaitUntilTrue(Condition condition) {
    const auto deadline = Clock::now() + kWaitMax;
    while (!condition()) {
      if (Clock::now() >= deadline) return false;
      WaitFor(std::chrono::milliseconds(50));
    }
    return true;
  }

  Cluster cluster_{
      {.partitioners = 1,
       .joiners = 1,
       .flows = "flows:\n  - name: push\n    ttl: 24h\n    late_window: 24h\n    retry_window: 24h\n"
                "    labels: [region]\n",
       .joiner_flags = {"--memory-max", std::to_string(kMemoryMax), "--ledger-bytes-max",
                        std::to_string(kLedgerBytesMax), "--memtable-bytes", "1MiB", "--stall-hold", "0s"}}};
};

TEST_F(FloodTest, OfKeysIsPutOffAtMemoryMaxWhileKnownKeysPass) {
  constexpr int kKeys = 250'000;  // more than twice what there is memory for
  cluster_.Start();
  const uint64_t resident_before = ResidentBytes(cluster_.joiner(0).id());
  const auto client = NewClient();
  for (int i = 0; i < kKeys; ++i) {
    ASSERT_EQ(client->Start(kFlow, "push-" + std::to_string(i)), client::Outcome::kQueued);
  }
  // Something may be put off for the joiner's pace before; at the bound the keys' memory stays where it is.
  ASSERT_TRUE(WaitUntilTrue([&] { return OfJoiner("oneway_joiner_keys_bytes") >= kMemoryMax; }));
  ASSERT_TRUE(WaitUntilTrue([&] { return PutOff() > 0; })) << "nothing was refused";
  const uint64_t acked = client->counters().acked;

  const double keys_bytes = OfJoiner("oneway_joiner_keys_bytes");
  const uint64_t resident = ResidentBytes(cluster_.joiner(0).id());
  std::cout << "{\"memory_max\": " << kMemoryMax << ", \"keys_bytes\": " << keys_bytes
            << ", \"joiner_grew_bytes\": " << resident - resident_before << ", \"acked\": " << acked
            << ", \"offered\": " << kKeys << "}" << std::endl;
  EXPECT_LE(keys_bytes, kMemoryMax + 4096) << "a key for each shard beyond it at most";
  EXPECT_GE(keys_bytes, kMemoryMax * 0.9) << "it refuses early";
  // Beside the keys: memtables, batches on their way, and what the allocator keeps.
  EXPECT_LE(resident, resident_before + kMemoryMax + (uint64_t{64} << 20));
  EXPECT_LT(client->counters().acked, static_cast<uint64_t>(kKeys));

  // Some of the first keys are known, for they were acked; their ends need no new key.
  const auto ender = NewClient();
  for (int i = 0; i < 1000; ++i) ender->End(kFlow, "push-" + std::to_string(i));
  EXPECT_EQ(ender->Shutdown(kWaitMax).acked, 1000u);
  const client::Counters counters = client->Shutdown(seconds(0));
  EXPECT_EQ(counters.acked + counters.dropped_at_shutdown, static_cast<uint64_t>(kKeys));
  EXPECT_EQ(counters.invalid + counters.too_late, 0u);
}

TEST_F(FloodTest, OfSeriesAndMinutesStaysWithinLedgerBytesMaxAndTotalsStayExact) {
  constexpr int kRegions = 100;
  constexpr int kMinutes = 20 * 60;
  constexpr int kStarts = 40'000;
  cluster_.Start();
  const auto client = NewClient();
  const client::Time now = std::chrono::system_clock::now();
  for (int i = 0; i < kStarts; ++i) {
    const std::string region = "region-" + std::to_string(i % kRegions);
    const client::Label label{"region", region};
    const client::Time time = now - std::chrono::minutes(i * 7 % kMinutes);
    ASSERT_EQ(client->Start(kFlow, "push-" + std::to_string(i), {.time = time, .labels = {&label, 1}}),
              client::Outcome::kQueued);
  }
  EXPECT_EQ(client->Shutdown(kWaitMax).acked, static_cast<uint64_t>(kStarts));
  // Counts reach their cells a few seconds after their commit.
  double ledger_bytes = 0;
  EXPECT_TRUE(WaitUntilTrue([&] {
    ledger_bytes = OfJoiner("oneway_joiner_ledger_bytes");
    return ledger_bytes >= kLedgerBytesMax * 0.5;
  })) << "that was no flood";
  std::cout << "{\"ledger_bytes_max\": " << kLedgerBytesMax << ", \"ledger_bytes\": " << ledger_bytes << "}"
            << std::endl;
  EXPECT_LE(ledger_bytes, kLedgerBytesMax);
  EXPECT_EQ(OfJoiner("oneway_started_total{flow=\"push\"}"), kStarts);
}

}  // namespace
}  // namespace oneway::test
