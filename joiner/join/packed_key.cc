// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/packed_key.h"

#include <cstdint>

namespace oneway::join {
namespace {

using UuidBytes = std::array<char, PackedKey::kUuidBytes>;

// Where the two digits of each byte stand; before the 5th, 7th, 9th and 11th byte there is a hyphen.
constexpr std::array<uint8_t, PackedKey::kUuidBytes> kDigitsAt = {0,  2,  4,  6,  9,  11, 14, 16,
                                                                  19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<uint8_t, 4> kHyphensAt = {8, 13, 18, 23};
constexpr std::string_view kDigits = "0123456789abcdef";

// Of a digit; of any other character something.
unsigned ValueOf(char digit) {
  return (digit & 0x0f) + 9 * (static_cast<unsigned char>(digit) >> 6);
}

std::string_view Unpack(std::string_view bytes, PackedKey::Room& room) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    char* const digits = room.data() + kDigitsAt[i];
    digits[0] = kDigits[byte >> 4];
    digits[1] = kDigits[byte & 0x0f];
  }
  for (const size_t at : kHyphensAt) room[at] = '-';
  return {room.data(), room.size()};
}

// False: it is no UUID in that form. It is if the bytes it may stand for stand for exactly this text.
bool PackUuid(std::string_view key, UuidBytes& packed) {
  if (key.size() != PackedKey::kUuidCharacters) return false;
  for (size_t i = 0; i < packed.size(); ++i) {
    const char* const digits = key.data() + kDigitsAt[i];
    packed[i] = static_cast<char>(ValueOf(digits[0]) << 4 | ValueOf(digits[1]));
  }
  PackedKey::Room room;
  return Unpack({packed.data(), packed.size()}, room) == key;
}

}  // namespace

PackedKey::PackedKey(std::string_view key) : bytes_("") {
  UuidBytes packed;
  is_uuid_ = PackUuid(key, packed);
  bytes_ = KeyBytes(is_uuid_ ? std::string_view(packed.data(), packed.size()) : key);
}

std::string_view PackedKey::view(Room& room) const {
  return is_uuid_ ? Unpack(bytes_.view(), room) : bytes_.view();
}

}  // namespace oneway::join
