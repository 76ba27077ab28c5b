// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace oneway::journal {

// Knows, of every file and name that it is told of, what a power cut would leave: contents as of the file's last sync,
// names as of the folder's. What is not synced may survive or not, in part, or as garbage.
//
// The files themselves lie where they are, for everybody to see the present; what is replaced or removed but may come
// back is kept in an attic. Names that it was never told of (a log, a lock) are none of its business.
//
// Flow: PowerFileSystem tells it what happens; LosePower turns the present into what is left.
// Threading: external.
class VolatileDisk {
 public:
  struct File;
  using FilePtr = std::shared_ptr<File>;

  enum class Loss {
    kNothing,   // a process died, the machine did not
    kUnsynced,  // everything that was not synced
    kSome,      // of what was not synced, some is left, some is garbage
  };

  // What may stand behind the bytes of a file that were synced.
  enum class Tears {
    kGarbage,  // a part of what was written, zeros, garbage
    kCut,      // a part of what was written
  };

  // `attic` is an empty folder on the same file system as the files.
  explicit VolatileDisk(std::string attic) : attic_(std::move(attic)) {}

  // A new and empty file, or folder, has this name; what had it before is in the attic. To be told before it exists.
  FilePtr Created(const std::string& path, Tears tears = Tears::kGarbage);
  void FolderCreated(const std::string& path);
  // The file with this name, which may have been there before this object.
  FilePtr Existing(const std::string& path);
  // Its content grew to, or was cut to, `bytes`.
  static void Resized(File& file, uint64_t bytes);
  static void Synced(File& file);
  void FolderSynced(const std::string& path);
  // These do it, rather than hear of it. False: there is no such file.
  bool Rename(const std::string& from, const std::string& to);
  bool Remove(const std::string& path);

  // Nobody has a file open. From here on what is left is the present, and durable.
  void LosePower(Loss loss, std::mt19937_64& random);

 private:
  // Names that change together; no file: the name goes.
  using NameChange = std::vector<std::pair<std::string, FilePtr>>;

  void ChangeNames(NameChange change);
  void ApplyDurably(const NameChange& change);
  void StoreInAttic(File& file);
  void CutContent(File& file, Loss loss, std::mt19937_64& random) const;
  void LayOut();

  const std::string attic_;
  uint64_t attic_files_ = 0;
  std::map<std::string, FilePtr> now_;
  std::map<std::string, FilePtr> durable_;
  std::vector<NameChange> pending_;  // made, in this order, but not durable
};

}  // namespace oneway::journal
