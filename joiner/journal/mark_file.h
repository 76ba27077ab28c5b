// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "joiner/journal/mark.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace oneway::journal {

// The highest mark that was ever acked, or could have been, in the file MARK of the data folder: outside RocksDB, so
// that a database which silently lost its end is noticed. It may lag behind by about a second, but not behind a commit
// whose garbage is removed.
//
// Flow: the store's Housekeeper stores the durable mark about once a second; RocksDbStore::Open compares.
// Threading: external, and one object a folder.
class MarkFile {
 public:
  // `env`: the file system of the folder, which outlives this; null: the operating system's.
  explicit MarkFile(const std::string& folder, rocksdb::Env* env = nullptr) : path_(folder + "/MARK"), env_(env) {}

  // Mark{} when there is no such file. DATA_LOSS when it is damaged.
  absl::StatusOr<Mark> Load() const;
  // Returns when `mark` is durable: one fsync of the file, one of the folder. May be repeated after an error.
  absl::Status Store(const Mark& mark) const;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  rocksdb::Env* env_;
};

}  // namespace oneway::journal
