// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/schedule.h"

#include <algorithm>

namespace oneway::cli::demo {
namespace {

using std::chrono::seconds;

// Long enough to see the joiner away, short enough that its return is seen too.
constexpr seconds kJoinerAway{2};

seconds PauseOf(seconds run) {
  return std::clamp(run / 12, seconds(3), seconds(6));
}

}  // namespace

std::vector<Incident> ScheduleOf(seconds run) {
  const seconds stop = run / 3;
  const seconds kill = std::max(2 * run / 3, stop + PauseOf(run));
  return {{Step::kStopGateway, stop},
          {Step::kContinueGateway, stop + PauseOf(run)},
          {Step::kKillJoiner, kill},
          {Step::kStartJoiner, kill + kJoinerAway}};
}

std::string Told(const Incident& incident, seconds run) {
  const std::string when = InSeconds(incident.at) + ": ";
  switch (incident.step) {
    case Step::kStopGateway:
      return when + "gateway apns was stopped for " + InSeconds(PauseOf(run)) +
             ": open and oldest move at once, the percentiles of finished flows do not; "
             "meanwhile nothing expires and no task closes, for it may still hold events";
    case Step::kContinueGateway:
      return when + "gateway apns goes on: what was stuck ends, and only now p95 and p99 tell of it";
    case Step::kKillJoiner:
      return when + "joiner-1 was killed (SIGKILL): its half of the keys waits, in the partitioner and in the programs";
    case Step::kStartJoiner:
      return when +
             "joiner-1 was started again on its folder: all it acked is there, the rest is sent again, see balance";
  }
  return when;
}

std::string InSeconds(seconds duration) {
  return std::to_string(duration.count()) + " s";
}

}  // namespace oneway::cli::demo
