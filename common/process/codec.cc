// SPDX-License-Identifier: Apache-2.0
#include "common/process/codec.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/event/event.h"
#include "common/process/host_port.h"
#include "common/process/suggestion.h"
#include "common/process/units.h"

namespace oneway::process {
namespace {

absl::Status OutOfBounds(const std::string& text, const std::string& low, const std::string& high) {
  return absl::InvalidArgumentError(absl::StrCat("`", text, "` must be from ", low, " to ", high));
}

std::string ShowCount(uint64_t count) {
  return absl::StrCat(count);
}

std::string ShowText(const std::string& text) {
  return text;
}

bool IsName(const std::string& text) {
  constexpr const char* kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= event::kFlowNameBytesMax &&
         text.find_first_not_of(kAllowed) == std::string::npos;
}

}  // namespace

Codec<Duration> DurationBetween(Duration low, Duration high) {
  const auto parse = [low, high](const std::string& text) -> absl::StatusOr<Duration> {
    auto parsed = ParseDuration(text);
    if (parsed.ok() && (*parsed < low || *parsed > high)) {
      return OutOfBounds(text, FormatDuration(low), FormatDuration(high));
    }
    return parsed;
  };
  return {.value_name = "DURATION", .parse = parse, .show = FormatDuration};
}

Codec<uint64_t> SizeBetween(uint64_t low, uint64_t high) {
  const auto parse = [low, high](const std::string& text) -> absl::StatusOr<uint64_t> {
    auto parsed = ParseSize(text);
    if (parsed.ok() && (*parsed < low || *parsed > high)) return OutOfBounds(text, FormatSize(low), FormatSize(high));
    return parsed;
  };
  return {.value_name = "SIZE", .parse = parse, .show = FormatSize};
}

Codec<uint32_t> CountBetween(uint32_t low, uint32_t high) {
  const auto parse = [low, high](const std::string& text) -> absl::StatusOr<uint32_t> {
    const auto parsed = ParseCount(text);
    if (!parsed.ok()) return parsed.status();
    if (*parsed < low || *parsed > high) return OutOfBounds(text, absl::StrCat(low), absl::StrCat(high));
    return static_cast<uint32_t>(*parsed);
  };
  return {.value_name = "COUNT", .parse = parse, .show = ShowCount};
}

Codec<uint64_t> MultipleOf(uint64_t factor, uint64_t high) {
  const auto parse = [factor, high](const std::string& text) -> absl::StatusOr<uint64_t> {
    auto parsed = ParseCount(text);
    if (!parsed.ok()) return parsed;
    if (*parsed < factor || *parsed > high) return OutOfBounds(text, absl::StrCat(factor), absl::StrCat(high));
    if (*parsed % factor != 0) {
      return absl::InvalidArgumentError(absl::StrCat("`", text, "` must be a multiple of ", factor));
    }
    return parsed;
  };
  return {.value_name = "COUNT", .parse = parse, .show = ShowCount};
}

Codec<bool> Switch() {
  const auto parse = [](const std::string& text) -> absl::StatusOr<bool> {
    if (text == "true") return true;
    if (text == "false") return false;
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is neither true nor false"));
  };
  return {.value_name = "", .parse = parse, .show = [](bool on) { return std::string(on ? "true" : "false"); }};
}

Codec<std::string> FolderText() {
  const auto parse = [](const std::string& text) -> absl::StatusOr<std::string> {
    if (text.empty()) return absl::InvalidArgumentError("is empty; name a folder, for example /var/lib/oneway");
    return text;
  };
  return {.value_name = "FOLDER", .parse = parse, .show = ShowText};
}

Codec<std::string> NameText() {
  const auto parse = [](const std::string& text) -> absl::StatusOr<std::string> {
    if (IsName(text)) return text;
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not a name: 1 to ", event::kFlowNameBytesMax,
                                                   " characters out of a-z 0-9 . _ -"));
  };
  return {.value_name = "NAME", .parse = parse, .show = ShowText};
}

Codec<std::string> ListenAddress() {
  const auto parse = [](const std::string& text) -> absl::StatusOr<std::string> {
    const auto parsed = ParseHostPort(text);
    if (!parsed.ok()) return parsed.status();
    return text;
  };
  return {.value_name = "HOST:PORT", .parse = parse, .show = ShowText};
}

absl::Status NoneOf(const std::string& text, const std::vector<std::string>& words) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", text, "` is none of: ", absl::StrJoin(words, ", "), DidYouMean(text, words)));
}

}  // namespace oneway::process
