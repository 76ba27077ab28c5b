// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/small_file.h"

#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "joiner/journal/database.h"
#include "rocksdb/env.h"

namespace oneway::journal {
namespace {

rocksdb::Status WriteAndSync(rocksdb::Env& env, const std::string& path, std::string_view content) {
  rocksdb::EnvOptions options;
  options.use_mmap_writes = false;
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env.NewWritableFile(path, &file, options);
  if (status.ok()) status = file->Append(rocksdb::Slice(content.data(), content.size()));
  if (status.ok()) status = file->Fsync();
  if (status.ok()) status = file->Close();
  return status;
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadSmallFile(const std::string& path, rocksdb::Env* env) {
  std::string content;
  const rocksdb::Status status = rocksdb::ReadFileToString(&EnvOrSystem(env), path, &content);
  if (status.IsNotFound() || status.IsPathNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot read ", path));
  return content;
}

absl::Status WriteSmallFile(const std::string& path, std::string_view content, rocksdb::Env* env) {
  rocksdb::Env& files = EnvOrSystem(env);
  const std::string draft = path + ".new";
  if (absl::Status status = FromRocksDb(WriteAndSync(files, draft, content), absl::StrCat("cannot write ", draft));
      !status.ok()) {
    return status;
  }
  const rocksdb::Status renamed = files.RenameFile(draft, path);
  if (!renamed.ok()) return FromRocksDb(renamed, absl::StrCat("cannot rename ", draft, " to ", path));
  return SyncFolder(FolderOf(path), env);
}

absl::Status CreateFolder(const std::string& folder, rocksdb::Env* env) {
  rocksdb::Env& files = EnvOrSystem(env);
  if (files.FileExists(folder).ok()) return absl::OkStatus();
  const std::string parent = FolderOf(folder);
  if (absl::Status status = CreateFolder(parent, env); !status.ok()) return status;
  const rocksdb::Status created = files.CreateDirIfMissing(folder);
  if (!created.ok()) return FromRocksDb(created, absl::StrCat("cannot create folder ", folder));
  return SyncFolder(parent, env);
}

// A new name in a folder is durable only once the folder itself is synced.
absl::Status SyncFolder(const std::string& folder, rocksdb::Env* env) {
  std::unique_ptr<rocksdb::Directory> directory;
  rocksdb::Status status = EnvOrSystem(env).NewDirectory(folder, &directory);
  if (status.ok()) status = directory->Fsync();
  return FromRocksDb(status, absl::StrCat("cannot sync folder ", folder));
}

}  // namespace oneway::journal
