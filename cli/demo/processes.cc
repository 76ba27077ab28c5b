// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/processes.h"

#include <algorithm>
#include <csignal>
#include <deque>
#include <fstream>
#include <utility>

#include "cli/demo/http_probe.h"

namespace oneway::cli::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kServeWaitMax{30};
constexpr milliseconds kProbeInterval{50};
constexpr seconds kEndWaitMax{15};
constexpr size_t kLogLinesShown = 10;

// Without what the user has set for Oneway processes of their own.
std::map<std::string, std::string> EnvironmentOfChildren() {
  std::map<std::string, std::string> environment = process::CurrentEnvironment();
  std::erase_if(environment, [](const auto& variable) { return variable.first.starts_with("ONEWAY_"); });
  return environment;
}

std::string HowItEnded(int exit) {
  return exit < 0 ? "was ended by signal " + std::to_string(-exit) : "ended with code " + std::to_string(exit);
}

}  // namespace

Processes::Processes(ProcessPlan plan, std::string folder, Wait& wait)
    : plan_(std::move(plan)), folder_(std::move(folder)), wait_(wait) {}

absl::Status Processes::Start(Names names) {
  for (const char* name : names) {
    if (Runs(name)) continue;
    if (absl::Status status = Launch(name); !status.ok()) return status;
  }
  for (const char* name : names) {
    if (absl::Status status = AwaitServing(SpecOf(name)); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Processes::Launch(const std::string& name) {
  auto child = process::ChildProcess::Start(
      {.command = SpecOf(name).command, .environment = EnvironmentOfChildren(), .log_path = LogPathOf(name)});
  if (!child.ok()) return child.status();
  running_[name] = *std::move(child);
  return absl::OkStatus();
}

absl::Status Processes::AwaitServing(const ProcessSpec& spec) {
  if (spec.http_address.empty()) return absl::OkStatus();
  const auto deadline = std::chrono::steady_clock::now() + kServeWaitMax;
  while (std::chrono::steady_clock::now() < deadline) {
    // Of all: the one that is awaited may wait for one that has ended.
    if (absl::Status status = Check(); !status.ok()) return status;
    if (AnswersOk(spec.http_address, spec.health_path, seconds(1))) return absl::OkStatus();
    if (!wait_.For(kProbeInterval)) return absl::CancelledError("asked to end");
  }
  return absl::DeadlineExceededError(spec.name + " does not serve after " + std::to_string(kServeWaitMax.count()) +
                                     " s; the end of its log:\n" + EndOfFile(LogPathOf(spec.name), kLogLinesShown));
}

void Processes::Signal(const std::string& name, int signal) {
  if (const auto found = running_.find(name); found != running_.end()) found->second->Signal(signal);
}

void Processes::Kill(const std::string& name) {
  running_.erase(name);
}

absl::Status Processes::End(Names names) {
  for (const char* name : names) {
    Signal(name, SIGTERM);
    Signal(name, SIGCONT);  // it may be stopped
  }
  const auto deadline = std::chrono::steady_clock::now() + kEndWaitMax;
  for (const char* name : names) {
    const auto found = running_.find(name);
    if (found == running_.end()) continue;
    while (found->second->running() && std::chrono::steady_clock::now() < deadline) {
      if (!wait_.For(kProbeInterval)) return absl::CancelledError("asked to end");
    }
    running_.erase(found);
  }
  return absl::OkStatus();
}

absl::Status Processes::Check() {
  for (const auto& [name, child] : running_) {
    const auto exit = child->Wait(milliseconds(0));
    if (!exit) continue;
    return absl::AbortedError(name + " " + HowItEnded(*exit) + "; the end of its log:\n" +
                              EndOfFile(LogPathOf(name), kLogLinesShown));
  }
  return absl::OkStatus();
}

const ProcessSpec& Processes::SpecOf(const std::string& name) const {
  return *std::find_if(plan_.processes.begin(), plan_.processes.end(),
                       [&](const ProcessSpec& spec) { return spec.name == name; });
}

std::string EndOfFile(const std::string& path, size_t lines) {
  std::ifstream file(path);
  std::deque<std::string> last;
  for (std::string line; std::getline(file, line);) {
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  if (last.empty()) return "  (empty)";
  std::string text;
  for (const std::string& line : last) text += (text.empty() ? "  " : "\n  ") + line;
  return text;
}

}  // namespace oneway::cli::demo
