// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "demo/push/flow.h"

namespace oneway::demo::push {

// By which the messaging says what begins and what is done, now.
class Tracking {
 public:
  virtual ~Tracking() = default;
  virtual void Started(Flow flow, const std::string& id, Service service) = 0;
  virtual void Ended(Flow flow, const std::string& id) = 0;
};

}  // namespace oneway::demo::push
