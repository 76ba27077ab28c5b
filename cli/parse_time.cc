// SPDX-License-Identifier: Apache-2.0
#include "cli/parse_time.h"

#include <charconv>
#include <cstdint>

namespace oneway::cli {

std::optional<Time> ParseTime(std::string_view text) {
  if (text == "now") return Time{};
  int64_t nanos = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nanos);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (nanos < 0) return std::nullopt;
    return Time(Duration(nanos));
  }
  return ParseRfc3339(text);
}

}  // namespace oneway::cli
