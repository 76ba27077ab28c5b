// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace oneway::join {

// The bytes of a key, at most 65,535: in place up to 22, on the heap beyond. 24 bytes, half of a std::string with the
// same reach, because there is one for every open key.
// Threading: external. A value that can be moved, not copied.
class KeyBytes {
 public:
  static constexpr size_t kInlineBytesMax = 22;

  explicit KeyBytes(std::string_view key);
  ~KeyBytes() { Free(); }
  KeyBytes(KeyBytes&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.size_ = 0; }
  KeyBytes& operator=(KeyBytes&& other) noexcept;

  // Valid until this object is moved or destroyed.
  std::string_view view() const { return {IsInline() ? bytes_.data() : heap(), size_}; }
  // What the key costs beyond this object, the allocator's share included; bytes.
  size_t heap_bytes() const;

 private:
  bool IsInline() const { return size_ <= kInlineBytesMax; }
  char* heap() const;
  void Free() {
    if (!IsInline()) delete[] heap();
  }

  std::array<char, kInlineBytesMax> bytes_;  // The key, or the pointer to it.
  uint16_t size_;
};
static_assert(sizeof(KeyBytes) == 24);

}  // namespace oneway::join
