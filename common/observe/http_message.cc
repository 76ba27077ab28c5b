// SPDX-License-Identifier: Apache-2.0
#include "common/observe/http_message.h"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace oneway::observe {
namespace {

// application/x-www-form-urlencoded; what is not a proper %HH stands for itself.
std::string Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    uint8_t byte = 0;
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() &&
               std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> HttpRequest::Parameters() const {
  std::vector<std::pair<std::string, std::string>> parameters;
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size() == rest.size() ? pair.size() : pair.size() + 1);
    const size_t equals = pair.find('=');
    parameters.emplace_back(Decode(pair.substr(0, equals)),
                            equals == std::string_view::npos ? "" : Decode(pair.substr(equals + 1)));
  }
  return parameters;
}

std::optional<std::string> HttpRequest::Parameter(std::string_view name) const {
  for (auto& [found, value] : Parameters()) {
    if (found == name) return std::move(value);
  }
  return std::nullopt;
}

}  // namespace oneway::observe
