// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "joiner/journal/descriptor.h"

namespace oneway::journal {
namespace {

absl::Status WriteAll(int descriptor, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
    content.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// A new name in a folder is durable only once the folder itself is synced.
absl::Status SyncFolder(const std::string& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.ok()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open folder ", folder));
  if (::fsync(descriptor.get()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot sync folder ", folder));
  return absl::OkStatus();
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadSmallFile(const std::string& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.ok() && errno == ENOENT) return std::nullopt;
  if (!descriptor.ok()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string content;
  char buffer[4096];
  while (true) {
    const ssize_t got = ::read(descriptor.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
  }
}

absl::Status WriteSmallFile(const std::string& path, std::string_view content) {
  const std::string draft = path + ".new";
  {
    const Descriptor descriptor(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!descriptor.ok()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", draft));
    if (absl::Status status = WriteAll(descriptor.get(), draft, content); !status.ok()) return status;
    if (::fsync(descriptor.get()) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot sync ", draft));
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot rename ", draft, " to ", path));
  }
  return SyncFolder(FolderOf(path));
}

absl::Status CreateFolder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0755) == 0) return SyncFolder(FolderOf(folder));
  if (errno == EEXIST) return absl::OkStatus();
  if (errno != ENOENT) return absl::ErrnoToStatus(errno, absl::StrCat("cannot create folder ", folder));
  if (absl::Status status = CreateFolder(FolderOf(folder)); !status.ok()) return status;
  if (::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST) return SyncFolder(FolderOf(folder));
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot create folder ", folder));
}

}  // namespace oneway::journal
