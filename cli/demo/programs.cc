// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/programs.h"

#include <unistd.h>

#include <filesystem>

#include "absl/status/status.h"

namespace oneway::cli::demo {
namespace {

namespace fs = std::filesystem;

// A program, and its folder below that of a build.
struct Place {
  std::string Programs::*path;
  const char* name;
  const char* build_folder;
};

constexpr Place kPlaces[] = {{&Programs::joiner, "oneway-joiner", "joiner"},
                             {&Programs::partitioner, "oneway-partitioner", "partitioner"},
                             {&Programs::task, "oneway-demo-task", "demo/task"},
                             {&Programs::push, "oneway-demo-push", "demo/push"},
                             {&Programs::gateway, "oneway-demo-gateway", "demo/push"},
                             {&Programs::users, "oneway-demo-users", "demo/users"}};

// Empty when it is nowhere.
std::string Find(const fs::path& folder, const Place& place) {
  for (const fs::path& path : {folder / place.name, folder.parent_path() / place.build_folder / place.name}) {
    std::error_code error;
    if (fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0) return path.string();
  }
  return "";
}

}  // namespace

absl::StatusOr<Programs> FindPrograms(const std::string& tool) {
  Programs programs{.tool = tool};
  const fs::path folder = fs::path(tool).parent_path();
  std::string missing;
  for (const Place& place : kPlaces) {
    programs.*place.path = Find(folder, place);
    if ((programs.*place.path).empty()) missing += std::string(missing.empty() ? "" : ", ") + place.name;
  }
  if (missing.empty()) return programs;
  return absl::NotFoundError("not found beside " + tool + ": " + missing +
                             "; from the sources, `./run demo` builds and runs all of them");
}

std::string OwnPath() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

}  // namespace oneway::cli::demo
