// SPDX-License-Identifier: Apache-2.0
#include "common/observe/utf8.h"

#include <cstddef>
#include <cstdint>

namespace oneway::observe {
namespace {

// Bytes of the well-formed character that `text` begins with; 0 when there is none. Table 3-7 of the Unicode standard.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [text](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto is_in = [byte](size_t i, uint8_t low, uint8_t high) { return byte(i) >= low && byte(i) <= high; };
  const auto continues = [is_in](size_t first, size_t last) {
    for (size_t i = first; i <= last; ++i) {
      if (!is_in(i, 0x80, 0xBF)) return false;
    }
    return true;
  };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1, 1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    // Neither overlong forms nor surrogates.
    const bool second = is_in(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && continues(2, 2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    // Neither overlong forms nor anything beyond U+10FFFF.
    const bool second = is_in(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && continues(2, 3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string ToUtf8(std::string_view text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) {
      const auto byte = static_cast<uint8_t>(text[0]);
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace oneway::observe
