// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "joiner/join/key_bytes.h"

namespace oneway::join {

// The bytes of a key where there is one for every open key: as KeyBytes, but a UUID in its usual form, 36 characters
// with small letters (RFC 9562, section 4), is kept as the 16 bytes that it stands for, and so takes no heap.
// Threading: external. A value that can be moved, not copied.
class PackedKey {
 public:
  static constexpr size_t kUuidCharacters = 36;
  static constexpr size_t kUuidBytes = 16;
  // Where the characters of a key go that is not kept as such.
  using Room = std::array<char, kUuidCharacters>;

  explicit PackedKey(std::string_view key);
  PackedKey(PackedKey&& other) noexcept
      : bytes_(std::move(other.bytes_)), is_uuid_(std::exchange(other.is_uuid_, false)) {}
  PackedKey& operator=(PackedKey&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    is_uuid_ = std::exchange(other.is_uuid_, false);
    return *this;
  }

  // Valid until this object or `room` is moved or destroyed, or `room` is used again.
  std::string_view view(Room& room) const;
  // As KeyBytes says.
  size_t heap_bytes() const { return bytes_.heap_bytes(); }

 private:
  KeyBytes bytes_;
  bool is_uuid_ = false;
};

// For both ways to keep a key.
inline std::string_view ViewOf(const KeyBytes& key, PackedKey::Room& /*room*/) {
  return key.view();
}
inline std::string_view ViewOf(const PackedKey& key, PackedKey::Room& room) {
  return key.view(room);
}

}  // namespace oneway::join
