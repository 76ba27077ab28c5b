// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace oneway::demo::push {

// What travels from the front end to a phone. Its name is that of the flow by which it is measured.
enum class Flow { kPush, kMessageDelivery, kTypingIndicator, kSeenReceipt };
constexpr std::array<std::string_view, 4> kFlowNames = {"push", "message-delivery", "typing-indicator", "seen-receipt"};

// By whose gateway it goes, which depends on the phone.
enum class Service { kApns, kGcm };
constexpr std::array<std::string_view, 2> kServiceNames = {"apns", "gcm"};

constexpr std::string_view NameOf(Flow flow) {
  return kFlowNames[static_cast<size_t>(flow)];
}
constexpr std::string_view NameOf(Service service) {
  return kServiceNames[static_cast<size_t>(service)];
}

constexpr std::optional<Flow> FlowOf(std::string_view name) {
  for (size_t i = 0; i < kFlowNames.size(); ++i) {
    if (kFlowNames[i] == name) return static_cast<Flow>(i);
  }
  return std::nullopt;
}
constexpr std::optional<Service> ServiceOf(std::string_view name) {
  for (size_t i = 0; i < kServiceNames.size(); ++i) {
    if (kServiceNames[i] == name) return static_cast<Service>(i);
  }
  return std::nullopt;
}

}  // namespace oneway::demo::push
