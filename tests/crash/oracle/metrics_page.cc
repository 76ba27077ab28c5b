// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/oracle/metrics_page.h"

#include <sstream>

namespace oneway::test::crash {
namespace {

constexpr size_t kFractionDigits = 9;

uint64_t ToCount(const std::string& value) {
  return std::stoull(value);
}

}  // namespace

MetricsPage MetricsPage::Parse(const std::string& text) {
  MetricsPage page;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.rfind(' ');
    if (line.empty() || line[0] == '#' || space == std::string::npos) continue;
    page.samples_[line.substr(0, space)] = line.substr(space + 1);
  }
  return page;
}

uint64_t MetricsPage::Count(const std::string& sample) const {
  const auto found = samples_.find(sample);
  return found == samples_.end() ? 0 : ToCount(found->second);
}

unsigned __int128 MetricsPage::Nanos(const std::string& sample) const {
  const auto found = samples_.find(sample);
  if (found == samples_.end()) return 0;
  const std::string& value = found->second;
  const size_t point = value.find('.');
  std::string fraction = point == std::string::npos ? "" : value.substr(point + 1);
  fraction.resize(kFractionDigits, '0');
  return static_cast<unsigned __int128>(ToCount(value.substr(0, point))) * 1'000'000'000 + ToCount(fraction);
}

uint64_t MetricsPage::SumOf(const std::string& family) const {
  uint64_t sum = 0;
  for (auto sample = samples_.lower_bound(family); sample != samples_.end(); ++sample) {
    const std::string& name = sample->first;
    if (name.compare(0, family.size(), family) != 0) break;
    if (name.size() == family.size() || name[family.size()] == '{') sum += ToCount(sample->second);
  }
  return sum;
}

}  // namespace oneway::test::crash
