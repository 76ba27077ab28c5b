// SPDX-License-Identifier: Apache-2.0
// What a start has to replay stays bounded, however much is written, and though the ledger is seldom flushed.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

constexpr uint64_t kWalBytesMax = uint64_t{1} << 20;
constexpr uint64_t kWrittenBytes = 24 * kWalBytesMax;
constexpr auto kWaitMax = std::chrono::seconds(60);

uint64_t WalBytes(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder + "/db")) {
    std::error_code gone;  // RocksDB removes logs meanwhile
    const uint64_t size = file.path().extension() == ".log" ? std::filesystem::file_size(file.path(), gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

void CommitSome(JournalDriver& driver) {
  for (int i = 0; i < 500; ++i) driver.PutNew(StartRow("push-of-the-usual-length"));
  driver.PutLedger("total", std::to_string(static_cast<uint64_t>(driver.state().commit)));
  ASSERT_TRUE(driver.Commit().ok());
}

TEST(WalBoundTest, LogsAreLetGoOfAsFastAsTheyAreWritten) {
  const test::TemporaryFolder folder;
  RocksDbStore::Options options = SmallLevelOptions(folder.path());
  options.wal_bytes_max = kWalBytesMax;
  options.fsync = false;
  auto store = RocksDbStore::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  JournalDriver driver(**store);
  while ((*store)->Figures().wal_bytes_written < kWrittenBytes) CommitSome(driver);

  // Flushes go on in the background; the bound is looked at with each write.
  const auto deadline = std::chrono::steady_clock::now() + kWaitMax;
  while (WalBytes(folder.path()) > 2 * kWalBytesMax && std::chrono::steady_clock::now() < deadline) CommitSome(driver);
  EXPECT_LE(WalBytes(folder.path()), 2 * kWalBytesMax);
}

}  // namespace
}  // namespace oneway::journal
