// SPDX-License-Identifier: Apache-2.0
#include "cli/demo.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <utility>

#include "cli/demo/commands.h"
#include "cli/demo/demo_run.h"
#include "cli/demo/durations.h"
#include "cli/demo/process_plan.h"
#include "cli/demo/programs.h"
#include "cli/demo/result.h"
#include "common/process/free_ports.h"
#include "common/process/signals.h"

namespace oneway::cli {
namespace {

// A folder of the demo's own, removed with all its content at the end unless it shall be kept.
class Folder {
 public:
  explicit Folder(bool keep) : keep_(keep) {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
    if (error) return;
    path_ = (parent / "oneway-demo-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~Folder() {
    std::error_code ignored;
    if (!keep_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Empty when it could not be made.
  const std::string& path() const { return path_; }

 private:
  const bool keep_;
  std::string path_;
};

Exit Fail(const absl::Status& status, Console& console) {
  console.err << "oneway demo: " << std::string(status.message()) << std::endl;
  return Exit::kPartial;
}

// What must be there before anything can be started.
absl::StatusOr<demo::ProcessPlan> Prepare(const std::string& folder) {
  if (folder.empty()) {
    return absl::UnavailableError("cannot make a temporary folder; set TMPDIR to a folder that can be written to");
  }
  const auto programs = demo::FindPrograms(demo::OwnPath());
  if (!programs.ok()) return programs.status();
  const auto ports = process::FreePorts(demo::kPorts);
  if (!ports.ok()) return ports.status();
  demo::ProcessPlan plan = demo::MakeProcessPlan(*programs, folder, *ports);
  std::ofstream file(plan.config_path);
  file << plan.config << std::flush;
  if (!file) return absl::UnavailableError("cannot write " + plan.config_path);
  return plan;
}

Exit TellResult(const DemoOptions& options, const demo::Snapshot& last, const demo::Durations& own,
                demo::Progress& progress, Console& console) {
  progress.Write(demo::SummaryOf(last, own));
  if (options.json) console.out << demo::JsonOf(last) << std::endl;
  if (last.balance.unexplained != 0) return Exit::kFinding;
  return last.complete() ? Exit::kOk : Exit::kPartial;
}

// What still runs when this returns early is killed, and the folder is removed.
Exit DemoIn(const Folder& folder, const DemoOptions& options, std::ostream& lines, Console& console) {
  auto plan = Prepare(folder.path());
  if (!plan.ok()) return Fail(plan.status(), console);

  demo::Wait wait;
  demo::Processes processes(*std::move(plan), folder.path(), wait);
  demo::Progress progress(console, console.out_is_terminal && !options.json, lines);
  demo::DemoRun run(options.run, demo::AsTyped(demo::OwnPath()), processes, progress, wait);
  if (const absl::Status ran = run.Run(); !ran.ok()) return Fail(ran, console);
  const auto last = run.End();
  if (absl::IsCancelled(last.status())) return Fail(absl::CancelledError("killed before its end: no result"), console);
  if (!last.ok()) return Fail(last.status(), console);
  return TellResult(options, *last, demo::ReadDurations(processes.plan().task_durations_path), progress, console);
}

}  // namespace

Exit Demo(const DemoOptions& options, Console& console) {
  process::IgnoreBrokenPipes();
  std::ostream& lines = options.json ? console.err : console.out;
  const Folder folder(options.keep);
  const Exit exit = DemoIn(folder, options, lines, console);
  if (options.keep && !folder.path().empty()) lines << "data and logs: " << folder.path() << std::endl;
  return exit;
}

}  // namespace oneway::cli
