// SPDX-License-Identifier: Apache-2.0
#include "common/api/parameters.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/process/units.h"
#include "common/time/rfc3339.h"

namespace oneway::api {
namespace {

// Seconds since 1970 with at most nine decimals.
std::optional<Time> ParseUnixSeconds(const std::string& text) {
  constexpr int64_t kSecondsMax = std::numeric_limits<int64_t>::max() / 1'000'000'000 - 1;
  int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || seconds < 0 || seconds > kSecondsMax) return std::nullopt;
  int64_t nanos = 0;
  if (rest != end) {
    const std::string_view decimals(rest + 1, static_cast<size_t>(end - rest - 1));
    if (*rest != '.' || decimals.empty() || decimals.size() > 9) return std::nullopt;
    if (decimals.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::string padded(decimals);
    padded.resize(9, '0');
    std::from_chars(padded.data(), padded.data() + padded.size(), nanos);
  }
  return Time(std::chrono::seconds(seconds) + Duration(nanos));
}

}  // namespace

std::string Parameters::Text(std::string_view name) {
  const std::string* const value = Find(name);
  return value != nullptr ? *value : "";
}

std::vector<std::string> Parameters::List(std::string_view name) {
  std::vector<std::string> list;
  std::string_view rest;
  const std::string* const value = Find(name);
  if (value != nullptr) rest = *value;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    if (!item.empty()) list.emplace_back(item);
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
  }
  return list;
}

uint32_t Parameters::Count(std::string_view name, uint32_t max) {
  const std::string* const value = Find(name);
  if (value == nullptr) return 0;
  const absl::StatusOr<uint64_t> count = process::ParseCount(*value);
  if (count.ok() && *count <= max) return static_cast<uint32_t>(*count);
  Refuse(name, absl::StrCat("is `", *value, "`; write a whole number up to ", max));
  return 0;
}

bool Parameters::Flag(std::string_view name) {
  const std::string* const value = Find(name);
  if (value == nullptr || *value == "0" || *value == "false") return false;
  if (!value->empty() && *value != "1" && *value != "true") {
    Refuse(name, absl::StrCat("is `", *value, "`; write 1 or 0"));
  }
  return true;
}

uint32_t Parameters::WholeSeconds(std::string_view name) {
  const double seconds = Seconds(name);
  constexpr double kMax = std::numeric_limits<uint32_t>::max() - 1.0;
  if (seconds > kMax) Refuse(name, "is longer than anything is kept");
  return static_cast<uint32_t>(std::min(seconds, kMax) + 0.999999999);
}

double Parameters::Seconds(std::string_view name) {
  const std::string* const value = Find(name);
  if (value == nullptr) return 0;
  const absl::StatusOr<Duration> duration = process::ParseDuration(*value);
  if (duration.ok()) return std::chrono::duration<double>(*duration).count();
  Refuse(name, std::string(duration.status().message()));
  return 0;
}

uint64_t Parameters::UnixNanos(std::string_view name) {
  const std::string* const value = Find(name);
  if (value == nullptr) return 0;
  std::optional<Time> time = ParseUnixSeconds(*value);
  if (!time) time = time::ParseRfc3339(*value);
  if (time) return ToUnixNanos(*time);
  Refuse(name, absl::StrCat("is `", *value, "`; write RFC 3339, as 2026-03-01T14:00:00Z, or seconds since 1970"));
  return 0;
}

size_t Parameters::Choice(std::string_view name, const std::vector<std::string>& choices) {
  const std::string* const value = Find(name);
  if (value == nullptr) return 0;
  const auto found = std::find(choices.begin(), choices.end(), *value);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  Refuse(name, absl::StrCat("is `", *value, "`; write one of: ", absl::StrJoin(choices, ", ")));
  return 0;
}

void Parameters::Refuse(std::string_view name, const std::string& why) {
  problem_.Update(absl::InvalidArgumentError(absl::StrCat("parameter ", std::string(name), ": ", why)));
}

absl::Status Parameters::Finish() const {
  if (!problem_.ok()) return problem_;
  for (const auto& [name, value] : given_) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string known = known_.empty() ? "none here" : absl::StrJoin(known_, ", ");
    return absl::InvalidArgumentError(absl::StrCat("there is no parameter `", name, "`; there are: ", known));
  }
  return absl::OkStatus();
}

const std::string* Parameters::Find(std::string_view name) {
  known_.emplace_back(name);
  for (const auto& [given, value] : given_) {
    if (given == name) return &value;
  }
  return nullptr;
}

}  // namespace oneway::api
