// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/top/observer.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// Tells snapshots one after the other, for output that is read later or by a program. What is wrong goes to standard
// error, each time it changes.
// Threading: external. `console` outlives it.
class Report {
 public:
  Report(std::string server, bool as_json, Console& console);

  void Tell(const Look& look, const View& view);
  // Nobody reads any more.
  bool failed() const;

 private:
  void TellSnapshot(const Snapshot& snapshot, const View& view);
  void TellWhoIsMissing(const std::vector<Missing>& missing);

  const std::string server_;
  const bool as_json_;
  Console& console_;
  bool has_told_ = false;
  std::optional<grpc::StatusCode> failure_;  // of the look before
  std::set<std::string> missing_;            // joiners, as told last
};

}  // namespace oneway::cli::top
