// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oneway::ledger {

// The integers of the ledger's rows.
//   varint: unsigned, seven bits a byte, the lowest first, the top bit set on all but the last byte; in as few bytes as
//           hold it
//   be32, be64: big-endian, so that keys sort by number
//   text: varint length, then the bytes

inline void AppendVarint(uint64_t value, std::string& bytes) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

inline void AppendText(std::string_view text, std::string& bytes) {
  AppendVarint(text.size(), bytes);
  bytes.append(text);
}

inline void AppendBe32(uint32_t value, std::string& bytes) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

inline void AppendBe64(uint64_t value, std::string& bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
}

// Small differences of either sign as small numbers: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
constexpr uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Takes these integers off the front of bytes that may be anything. After the first failure everything else fails too,
// so that it is enough to look at failed() before the values are used.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      const bool beyond_64_bits = shift == 63 && byte > 1;
      const bool in_too_many_bytes = shift > 0 && byte == 0;
      if (beyond_64_bits || in_too_many_bytes) break;
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }

  // Fails on a value beyond 32 bits.
  uint32_t Varint32() {
    const uint64_t value = Varint();
    return static_cast<uint32_t>(value > UINT32_MAX ? Fail() : value);
  }

  uint8_t Byte() { return static_cast<uint8_t>(BigEndian(1)); }
  uint32_t Be32() { return static_cast<uint32_t>(BigEndian(4)); }
  uint64_t Be64() { return BigEndian(8); }

  std::string_view Text() {
    const uint64_t length = Varint();
    if (length > rest_.size()) Fail();
    if (failed_) return {};
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return text;
  }

  bool failed() const { return failed_; }
  bool AtEnd() const { return !failed_ && rest_.empty(); }
  // For decoders that consume from a string_view.
  std::string_view& rest() { return rest_; }

 private:
  uint64_t BigEndian(size_t size) {
    if (rest_.size() < size) return Fail();
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(size);
    return value;
  }

  uint64_t Fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace oneway::ledger
