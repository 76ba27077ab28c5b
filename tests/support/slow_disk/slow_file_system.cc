// SPDX-License-Identifier: Apache-2.0
#include "tests/support/slow_disk/slow_file_system.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "common/sync/mutex.h"

namespace oneway::test {
namespace {

// What a disk at work is to the thread that syncs: nobody can hurry it.
void LetTheDiskWorkFor(std::chrono::nanoseconds duration) {
  const auto done_at = std::chrono::steady_clock::now() + duration;
  sync::Mutex mutex;
  sync::ConditionVariable never;
  const sync::MutexLock lock(mutex);
  while (never.WaitUntil(mutex, done_at)) {
  }
}

class SlowLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  SlowLog(std::unique_ptr<rocksdb::FSWritableFile> file, uint64_t bytes_per_second)
      : FSWritableFileOwnerWrapper(std::move(file)), bytes_per_second_(bytes_per_second) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    not_synced_ += data.size();
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    LetTheDiskWorkFor(TimeFor(std::exchange(not_synced_, 0)));
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    LetTheDiskWorkFor(TimeFor(std::exchange(not_synced_, 0)));
    return FSWritableFileOwnerWrapper::Fsync(options, context);
  }

 private:
  std::chrono::nanoseconds TimeFor(uint64_t bytes) const {
    return std::chrono::nanoseconds(bytes * uint64_t{1'000'000'000} / bytes_per_second_);
  }

  const uint64_t bytes_per_second_;
  uint64_t not_synced_ = 0;  // bytes
};

}  // namespace

rocksdb::IOStatus SlowFileSystem::NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                                  std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                  rocksdb::IODebugContext* context) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &file, context);
  if (!status.ok()) return status;
  const bool is_log = std::string_view(path).ends_with(".log");
  *result = is_log ? std::make_unique<SlowLog>(std::move(file), log_bytes_per_second_) : std::move(file);
  return status;
}

}  // namespace oneway::test
