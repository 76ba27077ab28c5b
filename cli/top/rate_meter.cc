// SPDX-License-Identifier: Apache-2.0
#include "cli/top/rate_meter.h"

#include <utility>

namespace oneway::cli::top {
namespace {

RateMeter::Counts CountsIn(const RateMeter::CountsByFlow& counts, const std::string& flow) {
  const auto found = counts.find(flow);
  return found == counts.end() ? RateMeter::Counts() : found->second;
}

// Counts never go back, unless a joiner lost its disk and begins anew.
double PerSecond(uint64_t before, uint64_t now, Duration between) {
  return now > before ? static_cast<double>(now - before) / std::chrono::duration<double>(between).count() : 0;
}

}  // namespace

void RateMeter::Read(CountsByFlow counts, MonotonicTime at) {
  between_ = has_reading_ ? at - at_ : Duration::zero();
  before_ = std::exchange(now_, std::move(counts));
  at_ = at;
  has_reading_ = true;
  is_new_ = false;
}

void RateMeter::Skip() {
  *this = RateMeter();
  is_new_ = false;
}

std::optional<RateMeter::Rates> RateMeter::RatesOf(const std::string& flow) const {
  if (between_ <= Duration::zero()) return std::nullopt;
  const Counts before = CountsIn(before_, flow);
  const Counts now = CountsIn(now_, flow);
  return Rates{.started_per_second = PerSecond(before.started, now.started, between_),
               .matched_per_second = PerSecond(before.matched, now.matched, between_)};
}

}  // namespace oneway::cli::top
