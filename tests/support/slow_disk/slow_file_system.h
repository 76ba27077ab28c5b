// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"

namespace oneway::test {

// RocksDB's file system on a disk that is slow: to sync a write-ahead log takes the time in which such a disk writes
// what was appended since the last sync. So a joiner's capacity can be made small without taking anybody's CPU.
// Threading: thread-safe.
class SlowFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit SlowFileSystem(uint64_t log_bytes_per_second)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), log_bytes_per_second_(log_bytes_per_second) {}

  const char* Name() const override { return "SlowFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override;

 private:
  const uint64_t log_bytes_per_second_;
};

}  // namespace oneway::test
