// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace oneway::journal {

// The numbers of the journal's byte grammars: fixed32 and fixed64 little endian, varints of 7 bits with the low ones
// first, zigzag for signed ones.
static_assert(std::endian::native == std::endian::little, "the fixed numbers on disk are little endian");

inline constexpr size_t kVarintBytesMax = 10;

// Writes at `at`, which has room, and returns the place behind.
inline char* WriteFixed32(char* at, uint32_t value) {
  std::memcpy(at, &value, sizeof(value));
  return at + sizeof(value);
}

inline char* WriteFixed64(char* at, uint64_t value) {
  std::memcpy(at, &value, sizeof(value));
  return at + sizeof(value);
}

inline char* WriteVarint(char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

inline char* WriteZigzag(char* at, int64_t value) {
  return WriteVarint(at, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

// Reads numbers off the front of a string of unknown bytes. After the first number that is not there, or too long,
// everything reads as 0 and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

  uint8_t Byte() { return static_cast<uint8_t>(Fixed<char>()); }
  uint32_t Fixed32() { return Fixed<uint32_t>(); }
  uint64_t Fixed64() { return Fixed<uint64_t>(); }

  uint64_t Varint() {
    uint64_t value = 0;
    for (size_t i = 0; i < rest_.size() && i < kVarintBytesMax; ++i) {
      const uint64_t byte = static_cast<uint8_t>(rest_[i]);
      if (i == kVarintBytesMax - 1 && byte > 1) break;  // beyond 64 bits
      value |= (byte & 0x7F) << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return value;
      }
    }
    Fail();
    return 0;
  }

  int64_t Zigzag() {
    const uint64_t value = Varint();
    return static_cast<int64_t>((value >> 1) ^ (0 - (value & 1)));
  }

 private:
  template <typename Number>
  Number Fixed() {
    Number value{};
    if (rest_.size() < sizeof(value)) {
      Fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    return value;
  }

  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace oneway::journal
