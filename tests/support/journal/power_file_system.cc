// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/power_file_system.h"

#include <filesystem>
#include <utility>

namespace oneway::journal {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using Kind = DiskOperation::Kind;

namespace {

IOStatus PowerIsOff() {
  return IOStatus::IOError("the power is off");
}

}  // namespace

FileClass ClassOf(const std::string& path) {
  const std::filesystem::path name(path);
  const std::string base = name.filename().string();
  if (name.extension() == ".log") return FileClass::kWal;
  if (name.extension() == ".sst") return FileClass::kTable;
  if (base.starts_with("MANIFEST")) return FileClass::kManifest;
  if (base == "CURRENT" || name.extension() == ".dbtmp") return FileClass::kCurrent;
  if (base.starts_with("MARK")) return FileClass::kMark;
  if (base.starts_with("IDENTITY") && !path.ends_with("/db/IDENTITY")) return FileClass::kIdentity;
  return FileClass::kOther;
}

class PowerFileSystem::WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, VolatileDisk::FilePtr on_disk,
               uint64_t bytes, PowerFileSystem& files)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        on_disk_(std::move(on_disk)),
        bytes_(bytes),
        files_(files) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* context) override {
    const DiskFault fault = files_.Judged(Kind::kAppend, path_);
    if (fault.status.ok()) return Write(data, options, context);
    if (fault.in_part) Write(rocksdb::Slice(data.data(), data.size() / 2), options, context).PermitUncheckedError();
    return fault.status;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus PositionedAppend(const rocksdb::Slice&, uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::NotSupported("direct writes");
  }
  IOStatus Truncate(uint64_t size, const IOOptions& options, IODebugContext* context) override {
    if (!files_.powered()) return PowerIsOff();
    const sync::MutexLock lock(files_.mutex_);
    IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, context);
    if (status.ok()) VolatileDisk::Resized(*on_disk_, bytes_ = size);
    return status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    if (!files_.powered()) return PowerIsOff();
    return FSWritableFileOwnerWrapper::Close(options, context);
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const DiskFault fault = files_.Judged(Kind::kSync, path_);
    if (!fault.status.ok()) return fault.status;
    const sync::MutexLock lock(files_.mutex_);
    VolatileDisk::Synced(*on_disk_);
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override { return Sync(options, context); }
  // A hint that promises nothing.
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  void PrepareWrite(size_t, size_t, const IOOptions&, IODebugContext*) override {}

 private:
  IOStatus Write(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* context) {
    const sync::MutexLock lock(files_.mutex_);
    IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, context);
    if (status.ok()) VolatileDisk::Resized(*on_disk_, bytes_ += data.size());
    return status;
  }

  const std::string path_;
  const VolatileDisk::FilePtr on_disk_;
  uint64_t bytes_;
  PowerFileSystem& files_;
};

class PowerFileSystem::SequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  SequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path, const PowerFileSystem& files)
      : FSSequentialFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  IOStatus Read(size_t bytes, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                IODebugContext* context) override {
    const DiskFault fault = files_.Judged(Kind::kRead, path_);
    return fault.status.ok() ? FSSequentialFileOwnerWrapper::Read(bytes, options, result, scratch, context)
                             : fault.status;
  }

 private:
  const std::string path_;
  const PowerFileSystem& files_;
};

class PowerFileSystem::RandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path, const PowerFileSystem& files)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), files_(files) {}

  IOStatus Read(uint64_t offset, size_t bytes, const IOOptions& options, rocksdb::Slice* result, char* scratch,
                IODebugContext* context) const override {
    const DiskFault fault = files_.Judged(Kind::kRead, path_);
    return fault.status.ok() ? FSRandomAccessFileOwnerWrapper::Read(offset, bytes, options, result, scratch, context)
                             : fault.status;
  }

 private:
  const std::string path_;
  const PowerFileSystem& files_;
};

class PowerFileSystem::Directory final : public rocksdb::FSDirectory {
 public:
  Directory(std::string path, PowerFileSystem& files) : path_(std::move(path)), files_(files) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const DiskFault fault = files_.Judged(Kind::kSyncFolder, path_);
    if (!fault.status.ok()) return fault.status;
    const sync::MutexLock lock(files_.mutex_);
    files_.disk_.FolderSynced(path_);
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  const std::string path_;
  PowerFileSystem& files_;
};

PowerFileSystem::PowerFileSystem(std::string attic)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(std::move(attic)) {}

void PowerFileSystem::SetJudge(Judge judge) {
  auto shared = judge ? std::make_shared<const Judge>(std::move(judge)) : nullptr;
  const sync::MutexLock lock(mutex_);
  judge_ = std::move(shared);
}

void PowerFileSystem::RestorePower(VolatileDisk::Loss loss, std::mt19937_64& random) {
  const sync::MutexLock lock(mutex_);
  disk_.LosePower(loss, random);
  powered_ = true;
}

DiskFault PowerFileSystem::Judged(Kind kind, const std::string& path) const {
  if (!powered()) return {PowerIsOff()};
  std::shared_ptr<const Judge> judge;
  {
    const sync::MutexLock lock(mutex_);
    judge = judge_;
  }
  if (judge != nullptr) {
    const bool is_folder = kind == Kind::kCreateFolder || kind == Kind::kSyncFolder;
    const std::optional<DiskFault> fault =
        (*judge)({.kind = kind, .file_class = is_folder ? FileClass::kFolder : ClassOf(path), .path = path});
    if (fault.has_value()) return *fault;
  }
  return {powered() ? IOStatus::OK() : PowerIsOff()};
}

IOStatus PowerFileSystem::NewSequentialFile(const std::string& path, const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* result,
                                            IODebugContext* context) {
  if (!powered()) return PowerIsOff();
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, &file, context);
  if (status.ok()) *result = std::make_unique<SequentialFile>(std::move(file), path, *this);
  return status;
}

IOStatus PowerFileSystem::NewRandomAccessFile(const std::string& path, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                              IODebugContext* context) {
  if (!powered()) return PowerIsOff();
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, options, &file, context);
  if (status.ok()) *result = std::make_unique<RandomAccessFile>(std::move(file), path, *this);
  return status;
}

IOStatus PowerFileSystem::NewWritableFile(const std::string& path, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* context) {
  const DiskFault fault = Judged(Kind::kCreate, path);
  if (!fault.status.ok()) return fault.status;
  const sync::MutexLock lock(mutex_);
  // RocksDB opens a WAL with any end, but refuses a MANIFEST with garbage behind what was synced. Disks that do this to
  // a file that was appended to are rare; they are told what is wrong, and nothing is lost.
  const auto tears = ClassOf(path) == FileClass::kManifest ? VolatileDisk::Tears::kCut : VolatileDisk::Tears::kGarbage;
  const VolatileDisk::FilePtr on_disk = disk_.Created(path, tears);
  std::unique_ptr<rocksdb::FSWritableFile> file;
  FileOptions direct = options;
  direct.use_mmap_writes = false;
  IOStatus status = FileSystemWrapper::NewWritableFile(path, direct, &file, context);
  if (status.ok()) *result = std::make_unique<WritableFile>(std::move(file), path, on_disk, 0, *this);
  return status;
}

IOStatus PowerFileSystem::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                                             IODebugContext* context) {
  if (!powered()) return PowerIsOff();
  const sync::MutexLock lock(mutex_);
  const VolatileDisk::FilePtr on_disk = disk_.Existing(path);
  if (on_disk == nullptr) return IOStatus::PathNotFound(path);
  FileOptions direct = options;
  direct.use_mmap_writes = false;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  IOStatus status = FileSystemWrapper::ReopenWritableFile(path, direct, &file, context);
  const uint64_t bytes = std::filesystem::file_size(path);
  if (status.ok()) *result = std::make_unique<WritableFile>(std::move(file), path, on_disk, bytes, *this);
  return status;
}

IOStatus PowerFileSystem::ReuseWritableFile(const std::string&, const std::string&, const FileOptions&,
                                            std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("the journal does not recycle its WAL");
}

IOStatus PowerFileSystem::NewDirectory(const std::string& path, const IOOptions&,
                                       std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) {
  if (!powered()) return PowerIsOff();
  *result = std::make_unique<Directory>(path, *this);
  return IOStatus::OK();
}

IOStatus PowerFileSystem::FileExists(const std::string& path, const IOOptions& options, IODebugContext* context) {
  return powered() ? FileSystemWrapper::FileExists(path, options, context) : PowerIsOff();
}

IOStatus PowerFileSystem::GetChildren(const std::string& path, const IOOptions& options,
                                      std::vector<std::string>* result, IODebugContext* context) {
  return powered() ? FileSystemWrapper::GetChildren(path, options, result, context) : PowerIsOff();
}

IOStatus PowerFileSystem::DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* context) {
  const DiskFault fault = Judged(Kind::kRemove, path);
  if (!fault.status.ok()) return fault.status;
  const sync::MutexLock lock(mutex_);
  return disk_.Remove(path) ? IOStatus::OK() : FileSystemWrapper::DeleteFile(path, options, context);
}

IOStatus PowerFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                     IODebugContext* context) {
  const DiskFault fault = Judged(Kind::kRename, to);
  if (!fault.status.ok()) return fault.status;
  const sync::MutexLock lock(mutex_);
  return disk_.Rename(from, to) ? IOStatus::OK() : FileSystemWrapper::RenameFile(from, to, options, context);
}

IOStatus PowerFileSystem::CreateDir(const std::string& path, const IOOptions& options, IODebugContext* context) {
  const DiskFault fault = Judged(Kind::kCreateFolder, path);
  if (!fault.status.ok()) return fault.status;
  const sync::MutexLock lock(mutex_);
  IOStatus status = FileSystemWrapper::CreateDir(path, options, context);
  if (status.ok()) disk_.FolderCreated(path);
  return status;
}

IOStatus PowerFileSystem::CreateDirIfMissing(const std::string& path, const IOOptions& options,
                                             IODebugContext* context) {
  if (!powered()) return PowerIsOff();
  return std::filesystem::exists(path) ? IOStatus::OK() : CreateDir(path, options, context);
}

IOStatus PowerFileSystem::GetFreeSpace(const std::string& path, const IOOptions& options, uint64_t* free_bytes,
                                       IODebugContext* context) {
  if (free_bytes_ == UINT64_MAX) return FileSystemWrapper::GetFreeSpace(path, options, free_bytes, context);
  *free_bytes = free_bytes_;
  return IOStatus::OK();
}

}  // namespace oneway::journal
