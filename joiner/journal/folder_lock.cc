// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace oneway::journal {
namespace {

std::string HolderOf(int descriptor) {
  char buffer[32];
  const ssize_t got = ::pread(descriptor, buffer, sizeof(buffer), 0);
  const std::string holder(buffer, got > 0 ? static_cast<size_t>(got) : 0);
  const std::string number(absl::StripAsciiWhitespace(holder));
  return number.empty() ? "of an unknown number" : number;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FolderLock>> FolderLock::Take(const std::string& folder) {
  const std::string path = folder + "/LOCK";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file.ok()) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return absl::ErrnoToStatus(errno, absl::StrCat("cannot lock ", path));
    return absl::FailedPreconditionError(
        absl::StrCat("the data folder ", folder, " is in use by process ", HolderOf(file.get())));
  }

  // Only for the message above; nothing depends on its being there.
  const std::string holder = absl::StrCat(::getpid(), "\n");
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), holder.data(), holder.size(), 0) < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  return std::unique_ptr<FolderLock>(new FolderLock(std::move(file)));
}

}  // namespace oneway::journal
