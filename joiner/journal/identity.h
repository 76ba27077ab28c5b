// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/hash/fingerprint.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace oneway::journal {

// Whose data a folder holds. It is fixed when the folder is created: with another seed, slot range or list of joiners
// the rows in it would belong to keys that other joiners own.
// Threading: immutable once published.
struct Identity {
  hash::HashSeed seed{};
  uint32_t slot_count = hash::kSlotCount;
  std::vector<std::string> joiners;  // names in slot order, each of [a-z0-9._-]
  std::string joiner;                // this one's name
  uint32_t slot_begin = 0;           // this one owns [slot_begin, slot_end)
  uint32_t slot_end = 0;
  uint64_t stretch_rows = uint64_t{1} << 20;  // the floor moves by so many sequences

  friend bool operator==(const Identity&, const Identity&) = default;
};

// The text of the file IDENTITY: lines of "name: value", the first of them the format's number.
std::string RenderIdentity(const Identity& identity);

// DATA_LOSS for a text that RenderIdentity did not write. FAILED_PRECONDITION for a newer format; the message names the
// program that wrote it. `path` is for messages.
absl::StatusOr<Identity> ParseIdentity(std::string_view text, const std::string& path);

// Compares `identity` with the file IDENTITY of `folder`, once a start, before anything else in the folder is looked
// at. With `is_new`, the file is written if it is missing. FAILED_PRECONDITION names every difference; DATA_LOSS when
// the file is damaged, or missing without `is_new`. `env`: as for small files.
absl::Status CheckIdentity(const std::string& folder, const Identity& identity, bool is_new,
                           rocksdb::Env* env = nullptr);

}  // namespace oneway::journal
