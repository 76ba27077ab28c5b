// SPDX-License-Identifier: Apache-2.0
#include "demo/push/delivery_plan.h"

#include <cstdint>

namespace oneway::demo::push {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

nanoseconds Between(milliseconds least, milliseconds most, Random& random) {
  return nanoseconds(
      std::uniform_int_distribution<int64_t>(nanoseconds(least).count(), nanoseconds(most).count())(random));
}

DeliveryPlan DrawPush(Service service, Random& random) {
  const nanoseconds usual = service == Service::kApns ? Between(milliseconds(300), milliseconds(1'200), random)
                                                      : Between(milliseconds(500), milliseconds(2'000), random);
  const int percent = std::uniform_int_distribution<int>(0, 99)(random);
  if (percent < 2) return {};
  if (percent < 4) return {Between(milliseconds(6'500), milliseconds(9'000), random)};
  if (percent < 7) return {usual, usual + Between(milliseconds(100), milliseconds(1'000), random)};
  return {usual};
}

}  // namespace

DeliveryPlan DrawPlan(Service service, Flow flow, Random& random) {
  switch (flow) {
    case Flow::kPush:
      return DrawPush(service, random);
    case Flow::kMessageDelivery:
      return {Between(milliseconds(80), milliseconds(400), random)};
    case Flow::kTypingIndicator:
      return {Between(milliseconds(50), milliseconds(200), random)};
    case Flow::kSeenReceipt:
      return {Between(milliseconds(50), milliseconds(300), random)};
  }
  return {};
}

}  // namespace oneway::demo::push
