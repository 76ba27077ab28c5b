// SPDX-License-Identifier: Apache-2.0
#include "cli/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "cli/format.h"

namespace oneway::cli {

JsonWriter& JsonWriter::Begin(std::string_view name, char bracket) {
  Introduce(name);
  text_ += bracket;
  is_first_ = true;
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  text_ += bracket;
  is_first_ = false;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view name, std::string_view value) {
  Introduce(name);
  Quote(value);
  return *this;
}

JsonWriter& JsonWriter::Boolean(std::string_view name, bool value) {
  Introduce(name);
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Count(std::string_view name, uint64_t value) {
  Introduce(name);
  text_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::Signed(std::string_view name, int64_t value) {
  Introduce(name);
  text_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::UtcTime(std::string_view name, uint64_t unix_nanos) {
  return unix_nanos == 0 ? *this : Text(name, FormatUtcTime(FromUnixNanos(unix_nanos)));
}

JsonWriter& JsonWriter::Real(std::string_view name, double value) {
  Introduce(name);
  if (!std::isfinite(value)) {
    text_ += "null";
    return *this;
  }
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  text_.append(digits.data(), result.ptr);
  return *this;
}

void JsonWriter::Introduce(std::string_view name) {
  if (!is_first_) text_ += ',';
  is_first_ = false;
  if (name.empty()) return;
  Quote(name);
  text_ += ':';
}

void JsonWriter::Quote(std::string_view value) {
  constexpr char kHex[] = "0123456789abcdef";
  text_ += '"';
  for (char c : value) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      text_ += "\\u00";
      text_ += kHex[byte >> 4];
      text_ += kHex[byte & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace oneway::cli
