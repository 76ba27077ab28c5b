// SPDX-License-Identifier: Apache-2.0
#include "common/query/cohort.h"

#include <chrono>
#include <cmath>
#include <limits>

namespace oneway::query {

double PercentileSeconds(const histogram::Histogram& matched, uint64_t unended, double quantile) {
  const auto seconds = [](Duration duration) { return std::chrono::duration<double>(duration).count(); };
  if (unended == 0) return seconds(matched.Quantile(quantile));
  // The rank among all of them, as a share of those that matched.
  const auto all = static_cast<long double>(matched.count()) + static_cast<long double>(unended);
  const long double product = static_cast<long double>(quantile) * all;
  const long double nearest = std::round(product);
  const long double tolerance = product * std::numeric_limits<double>::epsilon();
  const long double rank = std::abs(product - nearest) <= tolerance ? nearest : std::ceil(product);
  if (rank > static_cast<long double>(matched.count())) return std::numeric_limits<double>::infinity();
  return seconds(matched.Quantile(static_cast<double>(rank / static_cast<long double>(matched.count()))));
}

}  // namespace oneway::query
