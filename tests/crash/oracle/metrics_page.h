// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace oneway::test::crash {

// One scraped /metrics page, by sample: `oneway_open{flow="pair"}` gives its value. Pure.
class MetricsPage {
 public:
  // Lines that are no samples are left out.
  static MetricsPage Parse(const std::string& text);

  // A sample that is not there counts as 0: a process does not show what it never counted.
  uint64_t Count(const std::string& sample) const;
  // A decimal of seconds, exactly, as nanoseconds.
  unsigned __int128 Nanos(const std::string& sample) const;
  // Sum of all samples of a family, whatever their labels.
  uint64_t SumOf(const std::string& family) const;

 private:
  std::map<std::string, std::string> samples_;
};

}  // namespace oneway::test::crash
