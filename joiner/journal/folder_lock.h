// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "joiner/journal/descriptor.h"

namespace oneway::journal {

// Keeps other processes out of a data folder while it exists, by flock on the file LOCK in it. The kernel lets go when
// the process ends, however it ends.
// Threading: immutable.
class FolderLock {
 public:
  // FAILED_PRECONDITION names the process that uses the folder.
  static absl::StatusOr<std::unique_ptr<FolderLock>> Take(const std::string& folder);

 private:
  explicit FolderLock(Descriptor file) : file_(std::move(file)) {}

  Descriptor file_;
};

}  // namespace oneway::journal
