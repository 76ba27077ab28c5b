// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace oneway::cli::demo {

// What goes wrong in the demo, and when. Threading: pure functions.

enum class Step { kStopGateway, kContinueGateway, kKillJoiner, kStartJoiner };

// A step, and when it is due since the demo began.
struct Incident {
  Step step{};
  std::chrono::seconds at{};

  friend bool operator==(const Incident&, const Incident&) = default;
};

// What goes wrong in a run of that length, in order: a third of the way in, a gateway stops for a twelfth of the run (3
// to 6 s); two thirds in, a joiner is killed, and started again a little later. `run`: at least 10 s.
std::vector<Incident> ScheduleOf(std::chrono::seconds run);

// What happens, and what to look at: "20 s: gateway apns was stopped for 5 s: ...".
std::string Told(const Incident& incident, std::chrono::seconds run);

std::string InSeconds(std::chrono::seconds duration);

}  // namespace oneway::cli::demo
