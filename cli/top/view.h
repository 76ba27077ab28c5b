// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/terminal/key.h"
#include "cli/top/column.h"
#include "cli/top/snapshot.h"
#include "cli/top/window.h"

namespace oneway::cli::top {

// What a key asks of whoever shows the view, besides drawing it again.
enum class Wish { kNothing, kLook, kSuspend, kRedrawAll, kQuit };

// How many flows there are to show, and how many fit.
struct Extent {
  size_t flows = 0;
  size_t fitting = 0;
};

// How a person wants to see the flows: sorted, filtered, scrolled, over which window; and how keys change that.
// Threading: external. It knows no terminal and no cluster.
class View {
 public:
  // Of a filter; names of flows are no longer.
  static constexpr size_t kFilterBytesMax = 64;

  struct Options {
    Column sort = Column::kOverdue;
    bool reversed = false;
    std::string filter;  // what is beyond kFilterBytesMax is cut off
    Window window = Window::kMinute;
  };
  explicit View(Options options);

  // What the key changes shows in the members below. `extent`: of what is shown now, so that scrolling stops at the
  // ends.
  Wish Press(const terminal::Key& key, Extent extent);

  // The flows whose names contain the filter, in upper or lower case, sorted.
  std::vector<Flow> Shown(const Snapshot& snapshot) const;
  // The place of the first of them that is on the screen.
  size_t First(Extent extent) const;

  Column sort() const { return options_.sort; }
  bool reversed() const { return options_.reversed; }
  const std::string& filter() const { return options_.filter; }
  Window window() const { return options_.window; }
  // Whether the filter is being typed.
  bool typing() const { return typing_; }
  bool helping() const { return helping_; }

 private:
  void Type(const terminal::Key& key);
  Wish PressCharacter(char character);
  // Those that change what stands where go to its start.
  void Sort(Column column);
  void Filter(std::string filter);
  void Scroll(const terminal::Key& key, Extent extent);

  Options options_;
  bool typing_ = false;
  std::string filter_before_;  // what is being typed may be given up
  bool helping_ = false;
  size_t first_ = 0;  // may lie behind the end once there are fewer flows; see First
};

}  // namespace oneway::cli::top
