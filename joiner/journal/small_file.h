// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace oneway::journal {

// Small files of the data folder that are read and written whole, through the same file system as the database beside
// them: `env`, or the operating system's where it is null.
// Threading: immutable (free functions); one writer a path at a time.

// The content of `path`; none when there is no such file.
absl::StatusOr<std::optional<std::string>> ReadSmallFile(const std::string& path, rocksdb::Env* env = nullptr);

// Replaces the content of `path` so that a crash at any moment leaves the old content or the new one, and returns when
// the new one is durable. Uses `path`.new on the way. May be repeated after an error.
absl::Status WriteSmallFile(const std::string& path, std::string_view content, rocksdb::Env* env = nullptr);

// Creates `folder` and its parents where they do not exist, durably.
absl::Status CreateFolder(const std::string& folder, rocksdb::Env* env = nullptr);

// Makes the names in `folder` durable as they are now.
absl::Status SyncFolder(const std::string& folder, rocksdb::Env* env = nullptr);

}  // namespace oneway::journal
