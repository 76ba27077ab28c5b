// SPDX-License-Identifier: Apache-2.0
#include "cli/top/window.h"

#include <cstddef>

namespace oneway::cli::top {
namespace {

struct Known {
  std::string_view name;
  uint32_t seconds;
};
constexpr std::array<Known, 4> kWindows = {{{"1m", 60}, {"5m", 300}, {"1h", 3600}, {"24h", 86400}}};

const Known& Of(Window window) {
  return kWindows.at(static_cast<size_t>(window));
}

}  // namespace

std::string_view NameOf(Window window) {
  return Of(window).name;
}

uint32_t AskedSeconds(Window window) {
  return Of(window).seconds;
}

Window NextOf(Window window) {
  return static_cast<Window>((static_cast<size_t>(window) + 1) % kWindows.size());
}

std::vector<std::string> WindowNames() {
  std::vector<std::string> names;
  for (const Known& known : kWindows) names.emplace_back(known.name);
  return names;
}

std::optional<Window> WindowNamed(std::string_view name) {
  for (size_t i = 0; i < kWindows.size(); ++i) {
    if (kWindows[i].name == name) return static_cast<Window>(i);
  }
  return std::nullopt;
}

}  // namespace oneway::cli::top
