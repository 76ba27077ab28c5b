// SPDX-License-Identifier: Apache-2.0
#include "demo/http/message.h"

#include <algorithm>

namespace oneway::demo::http {
namespace {

constexpr size_t kWordBytesMax = 64;

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= kWordBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::optional<std::string> Request::Word(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    const std::string_view value = pair.substr(equals + 1);
    if (!IsWord(value)) return std::nullopt;
    return std::string(value);
  }
  return std::nullopt;
}

}  // namespace oneway::demo::http
