// SPDX-License-Identifier: Apache-2.0
#include "cli/top/report.h"

#include <limits>
#include <ostream>
#include <utility>

#include "cli/server.h"
#include "cli/top/json.h"
#include "cli/top/picture.h"

namespace oneway::cli::top {

Report::Report(std::string server, bool as_json, Console& console)
    : server_(std::move(server)), as_json_(as_json), console_(console) {}

void Report::Tell(const Look& look, const View& view) {
  if (!look.status.ok()) {
    if (failure_ != look.status.error_code()) TellNoAnswer(server_, look.status, console_);
    failure_ = look.status.error_code();
    return;
  }
  if (std::exchange(failure_, std::nullopt)) console_.err << "oneway: " << server_ << " answers again\n";
  TellSnapshot(look.snapshot, view);
  TellWhoIsMissing(look.snapshot.missing);
}

bool Report::failed() const {
  return console_.out.fail();
}

void Report::TellSnapshot(const Snapshot& snapshot, const View& view) {
  if (as_json_) {
    console_.out << JsonOf(snapshot, view) << std::endl;
    return;
  }
  if (std::exchange(has_told_, true)) console_.out << "\n";
  for (const terminal::Line& line : BlockOf(snapshot, server_, view)) {
    console_.out << line.Shown(std::numeric_limits<size_t>::max(), console_) << "\n";
  }
  console_.out.flush();
}

void Report::TellWhoIsMissing(const std::vector<Missing>& missing) {
  std::set<std::string> names;
  for (const Missing& joiner : missing) names.insert(joiner.joiner);
  if (names == missing_) return;
  for (const Missing& joiner : missing) {
    console_.err << "oneway: joiner " << joiner.joiner << " did not answer (" << joiner.reason
                 << "); its part is missing\n";
  }
  if (missing.empty()) console_.err << "oneway: all joiners answer again\n";
  missing_ = std::move(names);
}

}  // namespace oneway::cli::top
