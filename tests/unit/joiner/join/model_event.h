// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/event/event.h"
#include "common/time/time.h"
#include "tests/unit/joiner/join/model_labels.h"

namespace oneway::join {

// An event as the reference models take it. A value.
struct ModelEvent {
  event::Kind kind = event::Kind::kStart;
  std::string key;
  Time time{};
  std::string part = "";
  uint32_t expected = 0;
  uint64_t generation = 0;
  std::optional<Time> not_before = std::nullopt;
  ModelLabels labels = {};
};

}  // namespace oneway::join
