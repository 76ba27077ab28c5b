// SPDX-License-Identifier: Apache-2.0
//
// file  := (write* end)*
// write := what:u8 key_size:u32 value_size:u32 key value
// end   := 255:u8 0:u32 0:u32
#include "tests/bench/core/recording.h"

#include <endian.h>
#include <glog/logging.h>

#include <cstring>

#include "tests/support/read_file.h"

namespace oneway::bench {
namespace {

constexpr uint8_t kEnd = 255;
constexpr size_t kHeadBytes = 9;

void WriteHead(std::FILE* file, uint8_t what, size_t key, size_t value) {
  char head[kHeadBytes];
  head[0] = static_cast<char>(what);
  const auto key_size = static_cast<uint32_t>(key);
  const auto value_size = static_cast<uint32_t>(value);
  std::memcpy(head + 1, &key_size, sizeof(key_size));
  std::memcpy(head + 5, &value_size, sizeof(value_size));
  PCHECK(std::fwrite(head, 1, kHeadBytes, file) == kHeadBytes);
}

}  // namespace

RecordingStore::RecordingStore(journal::JournalStore& store, const std::string& path)
    : store_(store), file_(std::fopen(path.c_str(), "wb")) {
  PCHECK(file_ != nullptr) << path;
}

RecordingStore::~RecordingStore() {
  PCHECK(std::fclose(file_) == 0);
}

absl::Status RecordingStore::Commit(const journal::CommitBatch& batch) {
  using What = RecordedWrite::What;
  for (const journal::EncodedChanges* changes : batch.changes) {
    const auto key_of = [](journal::Sequence sequence) { return htobe64(static_cast<uint64_t>(sequence)); };
    for (const auto& put : changes->puts) {
      const uint64_t key = key_of(put.sequence);
      Note(What::kPut, {reinterpret_cast<const char*>(&key), sizeof(key)},
           std::string_view(changes->bytes).substr(put.offset, put.size));
    }
    for (const journal::Sequence sequence : changes->deletes) {
      const uint64_t key = key_of(sequence);
      Note(What::kDelete, {reinterpret_cast<const char*>(&key), sizeof(key)}, {});
    }
  }
  for (const journal::LedgerRow& row : batch.ledger) {
    if (row.value.has_value()) {
      Note(What::kPutLedger, row.key, *row.value);
    } else {
      Note(What::kDeleteLedger, row.key, {});
    }
  }
  EndCommit();
  return store_.Commit(batch);
}

void RecordingStore::Note(RecordedWrite::What what, std::string_view key, std::string_view value) {
  WriteHead(file_, static_cast<uint8_t>(what), key.size(), value.size());
  PCHECK(std::fwrite(key.data(), 1, key.size(), file_) == key.size());
  PCHECK(std::fwrite(value.data(), 1, value.size(), file_) == value.size());
}

void RecordingStore::EndCommit() {
  WriteHead(file_, kEnd, 0, 0);
}

Recording::Recording(const std::string& path) : bytes_(test::ReadFile(path)) {
  CHECK(!bytes_.empty()) << path << " is missing or empty";
  std::string_view rest = bytes_;
  commits_.emplace_back();
  while (!rest.empty()) {
    CHECK_GE(rest.size(), kHeadBytes);
    const auto what = static_cast<uint8_t>(rest[0]);
    uint32_t key = 0;
    uint32_t value = 0;
    std::memcpy(&key, rest.data() + 1, sizeof(key));
    std::memcpy(&value, rest.data() + 5, sizeof(value));
    rest.remove_prefix(kHeadBytes);
    if (what == kEnd) {
      commits_.emplace_back();
      continue;
    }
    commits_.back().writes.push_back({RecordedWrite::What(what), rest.substr(0, key), rest.substr(key, value)});
    rest.remove_prefix(size_t{key} + value);
    ++rows_;
  }
  commits_.pop_back();
}

}  // namespace oneway::bench
