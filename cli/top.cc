// SPDX-License-Identifier: Apache-2.0
#include "cli/top.h"

#include "cli/top/column.h"
#include "cli/top/top_run.h"
#include "cli/top/window.h"

namespace oneway::cli {

Exit Top(const TopOptions& options, Console& console) {
  top::TopRun run({.server = options.server,
                   .view = {.sort = top::ColumnNamed(options.sort).value_or(top::Column::kOverdue),
                            .reversed = options.reverse,
                            .filter = options.filter,
                            .window = top::WindowNamed(options.window).value_or(top::Window::kMinute)},
                   .every = options.every,
                   .duration = options.duration,
                   .once = options.once,
                   .json = options.json},
                  console);
  return run.Run();
}

}  // namespace oneway::cli
