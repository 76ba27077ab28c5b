// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/key_bytes.h"

#include <glog/logging.h>

#include <cstring>

namespace oneway::join {
namespace {

// glibc's malloc: 8 bytes of its own for each piece, in steps of 16.
constexpr size_t kAllocatorBytes = 8;
constexpr size_t kAllocatorStep = 16;

}  // namespace

KeyBytes::KeyBytes(std::string_view key) : size_(static_cast<uint16_t>(key.size())) {
  CHECK_LE(key.size(), UINT16_MAX);
  if (IsInline()) {
    if (!key.empty()) std::memcpy(bytes_.data(), key.data(), key.size());
    return;
  }
  char* const heap = new char[key.size()];
  std::memcpy(heap, key.data(), key.size());
  std::memcpy(bytes_.data(), &heap, sizeof(heap));
}

KeyBytes& KeyBytes::operator=(KeyBytes&& other) noexcept {
  if (this == &other) return *this;
  Free();
  bytes_ = other.bytes_;
  size_ = other.size_;
  other.size_ = 0;
  return *this;
}

size_t KeyBytes::heap_bytes() const {
  if (IsInline()) return 0;
  return (size_ + kAllocatorBytes + kAllocatorStep - 1) / kAllocatorStep * kAllocatorStep;
}

char* KeyBytes::heap() const {
  char* heap;
  std::memcpy(&heap, bytes_.data(), sizeof(heap));
  return heap;
}

}  // namespace oneway::join
