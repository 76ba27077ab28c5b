// SPDX-License-Identifier: Apache-2.0
#include "tests/support/journal/volatile_disk.h"

#include <glog/logging.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace oneway::journal {
namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kSectorBytes = 512;

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

uint64_t Below(uint64_t bound, std::mt19937_64& random) {
  return std::uniform_int_distribution<uint64_t>(0, bound)(random);
}

std::string Garbage(uint64_t bytes, std::mt19937_64& random) {
  std::string garbage(bytes, '\0');
  for (char& byte : garbage) byte = static_cast<char>(random());
  return garbage;
}

// What a disk may hold behind the bytes that were synced, given those that were written there.
std::string Torn(const std::string& written, VolatileDisk::Tears tears, std::mt19937_64& random) {
  const uint64_t kept = Below(written.size(), random);
  if (tears == VolatileDisk::Tears::kCut) return written.substr(0, kept);
  switch (Below(4, random)) {
    case 0:  // all of it
      return written;
    case 1:  // cut anywhere
      return written.substr(0, kept);
    case 2:  // the size was stored, the last pages were not
      return written.substr(0, kept / kPageBytes * kPageBytes) +
             std::string(written.size() - kept / kPageBytes * kPageBytes, '\0');
    case 3:  // cut by a garbage sector
      return written.substr(0, kept) + Garbage(Below(kSectorBytes, random), random);
    default: {  // a garbage sector in the middle
      std::string torn = written;
      torn.replace(kept, std::min(kSectorBytes, written.size() - kept),
                   Garbage(std::min(kSectorBytes, written.size() - kept), random));
      return torn;
    }
  }
}

std::string ReadBytes(const std::string& path, uint64_t offset, uint64_t bytes) {
  std::string content(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(content.data(), static_cast<std::streamsize>(bytes));
  CHECK(file.good() || bytes == 0) << "cannot read " << path;
  return content;
}

}  // namespace

struct VolatileDisk::File {
  std::string place;  // of its content, now
  uint64_t bytes = 0;
  uint64_t synced_bytes = 0;
  Tears tears = Tears::kGarbage;
  bool is_folder = false;
};

VolatileDisk::FilePtr VolatileDisk::Created(const std::string& path, Tears tears) {
  Existing(path);  // noticed as a file that may come back
  if (const auto before = now_.find(path); before != now_.end()) StoreInAttic(*before->second);
  auto file = std::make_shared<File>(File{.place = path, .tears = tears});
  ChangeNames({{path, file}});
  return file;
}

void VolatileDisk::FolderCreated(const std::string& path) {
  ChangeNames({{path, std::make_shared<File>(File{.place = path, .is_folder = true})}});
}

VolatileDisk::FilePtr VolatileDisk::Existing(const std::string& path) {
  if (const auto known = now_.find(path); known != now_.end()) return known->second;
  if (!std::filesystem::is_regular_file(path)) return nullptr;
  const uint64_t bytes = std::filesystem::file_size(path);
  auto file = std::make_shared<File>(File{.place = path, .bytes = bytes, .synced_bytes = bytes});
  now_[path] = file;
  durable_[path] = file;
  return file;
}

void VolatileDisk::Resized(File& file, uint64_t bytes) {
  file.bytes = bytes;
  file.synced_bytes = std::min(file.synced_bytes, bytes);
}

void VolatileDisk::Synced(File& file) {
  file.synced_bytes = file.bytes;
}

void VolatileDisk::FolderSynced(const std::string& path) {
  const auto in_folder = [&path](const NameChange& change) {
    return std::any_of(change.begin(), change.end(),
                       [&path](const auto& name) { return FolderOf(name.first) == path; });
  };
  for (const NameChange& change : pending_) {
    if (in_folder(change)) ApplyDurably(change);
  }
  std::erase_if(pending_, in_folder);
}

bool VolatileDisk::Rename(const std::string& from, const std::string& to) {
  const FilePtr file = Existing(from);
  if (file == nullptr) return false;
  if (const FilePtr replaced = Existing(to)) StoreInAttic(*replaced);
  std::filesystem::rename(from, to);
  file->place = to;
  ChangeNames({{from, nullptr}, {to, file}});
  return true;
}

bool VolatileDisk::Remove(const std::string& path) {
  const FilePtr file = Existing(path);
  if (file == nullptr) return false;
  StoreInAttic(*file);
  ChangeNames({{path, nullptr}});
  return true;
}

void VolatileDisk::ChangeNames(NameChange change) {
  for (const auto& [path, file] : change) {
    if (file == nullptr) {
      now_.erase(path);
    } else {
      now_[path] = file;
    }
  }
  pending_.push_back(std::move(change));
}

void VolatileDisk::ApplyDurably(const NameChange& change) {
  for (const auto& [path, file] : change) {
    if (file == nullptr) {
      durable_.erase(path);
    } else {
      durable_[path] = file;
    }
  }
}

void VolatileDisk::StoreInAttic(File& file) {
  const std::string place = attic_ + "/" + std::to_string(attic_files_++);
  std::filesystem::rename(file.place, place);
  file.place = place;
}

void VolatileDisk::LosePower(Loss loss, std::mt19937_64& random) {
  // A journaling file system brings names back in the order in which they changed, up to some point.
  uint64_t survive = loss == Loss::kNothing ? pending_.size() : 0;
  if (loss == Loss::kSome) survive = Below(pending_.size(), random);
  for (uint64_t i = 0; i < survive; ++i) ApplyDurably(pending_[i]);
  pending_.clear();
  for (const auto& [path, file] : durable_) CutContent(*file, loss, random);
  LayOut();
}

void VolatileDisk::CutContent(File& file, Loss loss, std::mt19937_64& random) const {
  if (file.is_folder || file.bytes == file.synced_bytes || loss == Loss::kNothing) return Synced(file);
  std::string rest;
  if (loss == Loss::kSome)
    rest = Torn(ReadBytes(file.place, file.synced_bytes, file.bytes - file.synced_bytes), file.tears, random);
  std::filesystem::resize_file(file.place, file.synced_bytes);
  std::ofstream(file.place, std::ios::binary | std::ios::app) << rest;
  file.bytes = file.synced_bytes + rest.size();
  Synced(file);
}

// Moves every file to where its durable name says, and what has no such name away.
void VolatileDisk::LayOut() {
  for (const auto& [path, file] : now_) {
    if (!file->is_folder) StoreInAttic(*file);
  }
  for (auto folder = now_.rbegin(); folder != now_.rend(); ++folder) {  // a folder's content comes behind it
    if (folder->second->is_folder && !durable_.contains(folder->first)) std::filesystem::remove_all(folder->first);
  }
  // A name whose folder is gone is gone with it.
  std::erase_if(durable_, [this](const auto& name) { return !std::filesystem::exists(FolderOf(name.first)); });
  for (const auto& [path, file] : durable_) {
    if (file->is_folder) continue;
    std::filesystem::rename(file->place, path);
    file->place = path;
  }
  now_ = durable_;
  std::filesystem::remove_all(attic_);
  std::filesystem::create_directory(attic_);
}

}  // namespace oneway::journal
