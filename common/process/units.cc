// SPDX-License-Identifier: Apache-2.0
#include "common/process/units.h"

#include <array>
#include <charconv>
#include <limits>
#include <span>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace oneway::process {
namespace {

struct Unit {
  const char* name;
  uint64_t factor;
};

// Ascending, so that the largest unit that divides a value is found from the back.
constexpr std::array<Unit, 7> kDurationUnits = {{{"ns", 1},
                                                 {"us", 1'000},
                                                 {"ms", 1'000'000},
                                                 {"s", 1'000'000'000},
                                                 {"m", 60'000'000'000},
                                                 {"h", 3'600'000'000'000},
                                                 {"d", 86'400'000'000'000}}};
constexpr std::array<Unit, 5> kSizeUnits = {{{"B", 1},
                                             {"KiB", uint64_t{1} << 10},
                                             {"MiB", uint64_t{1} << 20},
                                             {"GiB", uint64_t{1} << 30},
                                             {"TiB", uint64_t{1} << 40}}};

struct NumberAndUnit {
  uint64_t number = 0;
  std::string unit;
};

absl::StatusOr<NumberAndUnit> Split(const std::string& text, const char* example) {
  if (text.empty()) return absl::InvalidArgumentError(absl::StrCat("is empty; write for example ", example));
  NumberAndUnit split;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), split.number);
  if (error == std::errc::result_out_of_range) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is too large"));
  }
  if (error != std::errc{}) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` does not begin with a whole number; write for example ", example));
  }
  split.unit.assign(end, text.data() + text.size());
  return split;
}

const Unit* Find(std::span<const Unit> units, const std::string& name) {
  for (const Unit& unit : units) {
    if (name == unit.name) return &unit;
  }
  return nullptr;
}

absl::StatusOr<uint64_t> Multiply(uint64_t number, uint64_t factor, uint64_t limit, const std::string& text) {
  if (number > limit / factor) return absl::InvalidArgumentError(absl::StrCat("`", text, "` is too large"));
  return number * factor;
}

std::string Format(uint64_t value, std::span<const Unit> units) {
  for (size_t i = units.size() - 1; i > 0; --i) {
    if (value % units[i].factor == 0) return absl::StrCat(value / units[i].factor, units[i].name);
  }
  return absl::StrCat(value, units[0].name);
}

}  // namespace

absl::StatusOr<Duration> ParseDuration(const std::string& text) {
  const auto split = Split(text, "300ms, 5s or 10m");
  if (!split.ok()) return split.status();
  if (split->unit.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` has no unit; write for example ", text, "ms, ", text,
                                                   "s or ", text, "m (units: ns us ms s m h d)"));
  }
  const Unit* unit = Find(kDurationUnits, split->unit);
  if (unit == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not a duration: `", split->unit,
                                                   "` is none of the units ns us ms s m h d (whole numbers only)"));
  }
  const auto nanos =
      Multiply(split->number, unit->factor, static_cast<uint64_t>(std::numeric_limits<int64_t>::max()), text);
  if (!nanos.ok()) return nanos.status();
  return Duration(static_cast<int64_t>(*nanos));
}

absl::StatusOr<uint64_t> ParseSize(const std::string& text) {
  const auto split = Split(text, "64MiB or 4GiB");
  if (!split.ok()) return split.status();
  if (split->unit.empty()) return split->number;
  const Unit* unit = Find(kSizeUnits, split->unit);
  if (unit == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not a size: `", split->unit,
                                                   "` is none of the units B KiB MiB GiB TiB (whole numbers only)"));
  }
  return Multiply(split->number, unit->factor, std::numeric_limits<uint64_t>::max(), text);
}

absl::StatusOr<uint64_t> ParseCount(const std::string& text) {
  const auto split = Split(text, "512");
  if (!split.ok()) return split.status();
  if (!split->unit.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not a whole number without unit"));
  }
  return split->number;
}

std::string FormatDuration(Duration duration) {
  const auto nanos = static_cast<uint64_t>(duration.count());
  if (nanos == 0) return "0s";
  // One day reads better as 24h, which is how the bounds are written.
  const bool in_days = nanos >= 2 * kDurationUnits.back().factor;
  return Format(nanos, std::span<const Unit>(kDurationUnits).first(kDurationUnits.size() - (in_days ? 0 : 1)));
}

std::string FormatSize(uint64_t bytes) {
  return bytes == 0 ? "0B" : Format(bytes, kSizeUnits);
}

}  // namespace oneway::process
