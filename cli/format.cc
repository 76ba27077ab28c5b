// SPDX-License-Identifier: Apache-2.0
#include "cli/format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace oneway::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

template <typename... Arguments>
std::string Print(const char* format, Arguments... arguments) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, arguments...);
  return text.data();
}

// `value` units with three digits: 1.24, 12.4, 124.
std::string ThreeDigits(double value, const char* unit) {
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::string text = Print("%.*f", decimals, value);
  if (decimals > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text + unit;
}

// Minutes and more, in the two largest units that have a share.
std::string FormatLong(nanoseconds duration) {
  // Not by std::chrono::round, which overflows near the largest duration.
  const auto total = duration.count() / 1'000'000'000 + (duration.count() % 1'000'000'000 >= 500'000'000 ? 1 : 0);
  if (total < 3600)
    return Print("%lldm%02llds", static_cast<long long>(total / 60), static_cast<long long>(total % 60));
  if (total < 86400) {
    return Print("%lldh%02lldm", static_cast<long long>(total / 3600), static_cast<long long>(total % 3600 / 60));
  }
  return Print("%lldd%02lldh", static_cast<long long>(total / 86400), static_cast<long long>(total % 86400 / 3600));
}

std::tm BrokenDown(Time time, bool local) {
  const std::time_t whole = std::chrono::floor<seconds>(time).time_since_epoch().count();
  std::tm parts{};
  local ? localtime_r(&whole, &parts) : gmtime_r(&whole, &parts);
  return parts;
}

std::string DateAndTime(const std::tm& parts) {
  return Print("%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
               parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string FormatDuration(Duration duration) {
  if (duration < Duration(0)) return "-" + FormatDuration(duration == Duration::min() ? Duration::max() : -duration);
  const auto nanos = static_cast<double>(duration.count());
  if (nanos < 1e3) return Print("%.0fns", nanos);
  // Beyond these bounds three digits would round up to 1000 of the smaller unit.
  if (nanos < 999.5e3) return ThreeDigits(nanos / 1e3, "us");
  if (nanos < 999.5e6) return ThreeDigits(nanos / 1e6, "ms");
  if (nanos < 59.95e9) return ThreeDigits(nanos / 1e9, "s");
  return FormatLong(duration);
}

std::string FormatSeconds(double seconds_value) {
  constexpr double kLargest = 9.2e9;
  const double bounded = std::isnan(seconds_value) ? 0 : std::clamp(seconds_value, -kLargest, kLargest);
  return FormatDuration(Duration(std::llround(bounded * 1e9)));
}

std::string FormatLocalTime(Time time) {
  const std::tm parts = BrokenDown(time, /*local=*/true);
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  const long offset_minutes = parts.tm_gmtoff / 60;
  return DateAndTime(parts) + Print(".%03lld%c%02ld:%02ld", static_cast<long long>(millis),
                                    offset_minutes < 0 ? '-' : '+', std::labs(offset_minutes) / 60,
                                    std::labs(offset_minutes) % 60);
}

std::string FormatUtcTime(Time time) {
  const auto nanos = (time - std::chrono::floor<seconds>(time)).count();
  return DateAndTime(BrokenDown(time, /*local=*/false)) + Print(".%09lldZ", static_cast<long long>(nanos));
}

std::string FormatAgo(Time time, Time now) {
  return time <= now ? FormatDuration(now - time) + " ago" : "in " + FormatDuration(time - now);
}

std::string FormatTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string padding(widths[column] - row[column].size(), ' ');
      if (column > 0) line += "  ";
      line += column == 0 ? row[column] + padding : padding + row[column];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace oneway::cli
