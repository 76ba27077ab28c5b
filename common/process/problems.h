// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace oneway::process {

// Everything found wrong with a configuration, so that one start shows all of it and not one mistake a start.
// Threading: external.
class Problems {
 public:
  // `where` is what the user has to go and change: `oneway.yaml:12`, a variable or a flag; empty when it is none of
  // them.
  void Add(const std::string& where, const std::string& what) {
    lines_.push_back(where.empty() ? what : where + ": " + what);
  }
  bool empty() const { return lines_.empty(); }
  // All of them, in the order in which they were found.
  const std::vector<std::string>& lines() const { return lines_; }

  // OK when empty; otherwise INVALID_ARGUMENT with one line a problem, at most kShownMax of them.
  absl::Status ToStatus() const {
    if (lines_.empty()) return absl::OkStatus();
    std::string text;
    for (size_t i = 0; i < lines_.size() && i < kShownMax; ++i) text += (i == 0 ? "" : "\n") + lines_[i];
    if (lines_.size() > kShownMax) text += "\nand " + std::to_string(lines_.size() - kShownMax) + " more";
    return absl::InvalidArgumentError(text);
  }

 private:
  static constexpr size_t kShownMax = 20;
  std::vector<std::string> lines_;
};

}  // namespace oneway::process
