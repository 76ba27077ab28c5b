// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oneway::cli::top {

// Over which time counts and latencies are: `1m`, `5m`, `1h` or `24h`. It also has the present
// minute, as any window that ends now, and so is up to a minute longer than its name.
// Threading: pure.
enum class Window : uint8_t { kMinute, kFiveMinutes, kHour, kDay };

std::string_view NameOf(Window window);
// As a query asks for it.
uint32_t AskedSeconds(Window window);
// The next longer one; after the longest the shortest.
Window NextOf(Window window);

std::vector<std::string> WindowNames();
std::optional<Window> WindowNamed(std::string_view name);

}  // namespace oneway::cli::top
