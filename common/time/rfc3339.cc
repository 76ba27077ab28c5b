// SPDX-License-Identifier: Apache-2.0
#include "common/time/rfc3339.h"

#include <cstdint>

namespace oneway::time {
namespace {

// Reads a text from the front; once something did not fit, nothing fits any more.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Exactly so many digits.
  int Number(size_t digits) {
    if (text_.size() < digits) return Fail();
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const char c = text_[i];
      if (c < '0' || c > '9') return Fail();
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  // One of `characters`.
  char Take(std::string_view characters) {
    if (!At(characters)) return static_cast<char>(Fail());
    const char c = text_.front();
    text_.remove_prefix(1);
    return c;
  }

  bool At(std::string_view characters) const {
    return !text_.empty() && characters.find(text_.front()) != std::string_view::npos;
  }

  // One to nine decimals, as nanoseconds.
  int64_t Decimals() {
    int64_t nanos = 0;
    int64_t unit = 100'000'000;
    do {
      nanos += unit * Number(1);
      unit /= 10;
    } while (unit > 0 && At("0123456789"));
    return nanos;
  }

  bool is_at_end() const { return !failed_ && text_.empty(); }

 private:
  int Fail() {
    failed_ = true;
    text_ = {};
    return 0;
  }

  std::string_view text_;
  bool failed_ = false;
};

std::chrono::minutes ReadOffset(Reader& reader) {
  const char sign = reader.Take("Zz+-");
  if (sign != '+' && sign != '-') return std::chrono::minutes(0);
  const std::chrono::hours hours(reader.Number(2));
  reader.Take(":");
  const auto offset = hours + std::chrono::minutes(reader.Number(2));
  return sign == '+' ? offset : -offset;
}

}  // namespace

std::optional<Time> ParseRfc3339(std::string_view text) {
  using namespace std::chrono;  // the calendar's names
  Reader reader(text);
  const year y(reader.Number(4));
  reader.Take("-");
  const month m(static_cast<unsigned>(reader.Number(2)));
  reader.Take("-");
  const day d(static_cast<unsigned>(reader.Number(2)));
  reader.Take("Tt ");
  const int hour = reader.Number(2);
  reader.Take(":");
  const int minute = reader.Number(2);
  reader.Take(":");
  const int second = reader.Number(2);
  nanoseconds decimals(0);
  if (reader.At(".")) {
    reader.Take(".");
    decimals = nanoseconds(reader.Decimals());
  }
  const minutes offset = ReadOffset(reader);

  const year_month_day date = y / m / d;
  // A leap second is taken as the second after it.
  const bool exists = date.ok() && hour <= 23 && minute <= 59 && second <= 60 && abs(offset) < hours(24);
  if (!reader.is_at_end() || !exists || y < year(1970) || y > year(2261)) return std::nullopt;
  const Time time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + decimals - offset;
  if (time < Time{}) return std::nullopt;
  return time;
}

}  // namespace oneway::time
