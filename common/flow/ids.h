// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace oneway::flow {

// A flow as one joiner numbers it, from 0, stored in its rows. Never given to another flow.
enum class FlowId : uint32_t {};

// A series (flow + allow-listed labels) as one joiner numbers it, from 0, stored in its rows.
enum class SeriesId : uint32_t {};

// How many flows a joiner can ever know, the configured and the others together.
inline constexpr uint32_t kFlowsMax = 4096;

}  // namespace oneway::flow
