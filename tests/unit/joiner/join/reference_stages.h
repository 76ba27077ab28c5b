// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/time/time.h"

namespace oneway::join {

// The stages of one key, as the reference models keep them. A value.
struct ReferenceStages {
  std::set<std::pair<Time, std::string>> waiting;  // for a start
  std::map<std::string, Time> counted;             // since there is one

  bool Holds(const std::string& stage, Time time) const {
    if (waiting.count({time, stage}) != 0) return true;
    const auto place = counted.find(stage);
    return place != counted.end() && place->second == time;
  }
  // False if the stage was counted before.
  bool TakeOnce(const std::string& stage, Time time) { return counted.try_emplace(stage, time).second; }
  std::vector<Time> WaitingTimes() const {
    std::vector<Time> times;
    for (const auto& [time, stage] : waiting) times.push_back(time);
    return times;
  }
  // The waiting stages that the horizon has passed go; which ones?
  std::vector<std::string> GiveUp(Time horizon) {
    std::vector<std::string> passed;
    while (!waiting.empty() && waiting.begin()->first < horizon) {
      passed.push_back(waiting.begin()->second);
      waiting.erase(waiting.begin());
    }
    return passed;
  }
};

}  // namespace oneway::join
