// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "common/sync/mutex.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "tests/support/journal/volatile_disk.h"

namespace oneway::journal {

// What kind of file of a data folder a path names.
enum class FileClass { kWal, kTable, kManifest, kCurrent, kMark, kIdentity, kFolder, kOther };
FileClass ClassOf(const std::string& path);

// Something that a file system is about to do.
struct DiskOperation {
  enum class Kind { kCreate, kAppend, kSync, kRename, kRemove, kCreateFolder, kSyncFolder, kRead };
  Kind kind;
  FileClass file_class;
  const std::string& path;
};

// What comes of it instead.
struct DiskFault {
  rocksdb::IOStatus status;
  bool in_part = false;  // an append: half of it is written nevertheless
};

// RocksDB's file system over a disk that can lose power, and that a test can make fail. Syncing costs nothing: it is
// only noted. Appending is direct, as without RocksDB's own buffer.
//
// After CutPower every operation fails, like in a process that no longer exists. Then everything that has files open
// has to be destroyed; RestorePower leaves behind what a disk would have kept.
//
// Threading: thread-safe, but for RestorePower. The judge is called under no lock, by several threads, before each
// operation that counts (all but looking for names and sizes); it may call CutPower.
class PowerFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using Judge = std::function<std::optional<DiskFault>(const DiskOperation&)>;

  // `attic` is an empty folder beside those that are used.
  explicit PowerFileSystem(std::string attic);

  // What it decides from now on; none: everything goes well.
  void SetJudge(Judge judge);
  void CutPower() { powered_ = false; }
  bool powered() const { return powered_; }
  void RestorePower(VolatileDisk::Loss loss, std::mt19937_64& random);
  // What GetFreeSpace says from now on, instead of the truth.
  void SetFreeBytes(uint64_t bytes) { free_bytes_ = bytes; }

  const char* Name() const override { return "PowerFileSystem"; }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                        rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus FileExists(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus GetChildren(const std::string& path, const rocksdb::IOOptions& options,
                                std::vector<std::string>* result, rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus CreateDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const rocksdb::IOOptions& options,
                                       rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options, uint64_t* free_bytes,
                                 rocksdb::IODebugContext* context) override;

 private:
  class WritableFile;
  class SequentialFile;
  class RandomAccessFile;
  class Directory;

  // OK: go on.
  DiskFault Judged(DiskOperation::Kind kind, const std::string& path) const;

  std::atomic<bool> powered_{true};
  std::atomic<uint64_t> free_bytes_{UINT64_MAX};  // UINT64_MAX: the truth
  mutable sync::Mutex mutex_;
  std::shared_ptr<const Judge> judge_ ONEWAY_GUARDED_BY(mutex_);
  VolatileDisk disk_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::journal
