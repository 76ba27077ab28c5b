// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal/line.h"
#include "cli/terminal/screen.h"
#include "cli/top/snapshot.h"
#include "cli/top/view.h"

namespace oneway::cli::top {

// What is known, to be shown. A value.
struct Known {
  std::string server;                 // that is asked
  std::optional<Snapshot> snapshot;   // the latest; none before the first answer
  std::string failure;                // why the latest look brought nothing; empty: it brought the snapshot
  std::chrono::seconds unanswered{};  // for how long a look has gone without an answer
};

// Longer than the cluster waits for a joiner that does not answer: then the server itself is slow.
inline constexpr std::chrono::seconds kSlowAnswer{3};

// As lines of a screen: how the cluster is, the flows, and what keys do. As many as fit, none longer than fits; where
// not all columns fit, the less telling ones are left out. Threading: pure.
std::vector<terminal::Line> LinesOf(const Known& known, const View& view, terminal::ScreenSize size);
// Of what LinesOf shows: all flows that the filter lets through, and how many it has lines for.
Extent ExtentOf(const Known& known, const View& view, terminal::ScreenSize size);

// For output that is read later: how the cluster is, and all flows, in all columns.
std::vector<terminal::Line> BlockOf(const Snapshot& snapshot, const std::string& server, const View& view);

}  // namespace oneway::cli::top
