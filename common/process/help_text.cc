// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/process/layers.h"

namespace oneway::process {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kIndent = 6;

// Breaks `text` between words so that it fits a terminal.
void AppendWrapped(const std::string& text, std::string& out) {
  const std::string indent(kIndent, ' ');
  std::string line = indent;
  for (const std::string& word : std::vector<std::string>(absl::StrSplit(text, ' '))) {
    const bool fresh = line.size() == kIndent;
    if (!fresh && line.size() + 1 + word.size() > kColumns) {
      absl::StrAppend(&out, line, "\n");
      line = indent + word;
    } else {
      absl::StrAppend(&line, fresh ? "" : " ", word);
    }
  }
  absl::StrAppend(&out, line, "\n");
}

void AppendSetting(const Setting& setting, std::string& out) {
  absl::StrAppend(&out, "  ", setting.Flag(), setting.IsSwitch() ? "" : " ", setting.value_name, "\n");
  AppendWrapped(absl::StrCat(setting.help, " Default: ", setting.default_text, "."), out);
}

const char* kJoinerIntroduction =
    "Joins the start and end events of the keys that this joiner owns, keeps them in a\n"
    "journal, and counts and reports the time between them.\n";
const char* kPartitionerIntroduction =
    "Takes events from clients and sends each to the joiner that owns its key.\n"
    "Keeps nothing on disk; start as many as needed.\n";

std::string Examples(Role role, const std::string& program) {
  if (role == Role::kJoiner) {
    return absl::StrCat("  ", program, " --data /var/lib/oneway\n", "  ", program,
                        " -c /etc/oneway/oneway.yaml --name joiner-1 --data /var/lib/oneway\n",
                        "  ONEWAY_JOINER_MEMORY_MAX=8GiB ", program, " --data /var/lib/oneway\n");
  }
  return absl::StrCat("  ", program, "\n", "  ", program, " -c /etc/oneway/oneway.yaml --listen 10.0.0.5:7100\n", "  ",
                      program, " --joiners joiner-0=10.0.0.6:7200,joiner-1=10.0.0.7:7200\n");
}

}  // namespace

std::string HelpText(Role role, const std::string& program, const std::vector<Setting>& with_flags) {
  const std::string section = NameOf(role == Role::kJoiner ? Section::kJoiner : Section::kPartitioner);
  std::string text = role == Role::kJoiner ? kJoinerIntroduction : kPartitionerIntroduction;
  absl::StrAppend(&text, "\nUsage: ", program, role == Role::kJoiner ? " --data FOLDER" : "", " [flags]\n\nExamples:\n",
                  Examples(role, program));
  absl::StrAppend(&text, "\nGeneral:\n  -c, --config FILE\n");
  AppendWrapped(
      "The YAML file of all processes of a cluster. Flows are set there. Default: the variable ONEWAY_CONFIG, "
      "else none.",
      text);
  absl::StrAppend(&text, "  -h, --help\n  --version\n");
  for (const Section group : {Section::kCluster, Section::kPartitioner, Section::kJoiner}) {
    const bool is_cluster = group == Section::kCluster;
    if (!is_cluster && NameOf(group) != section) continue;
    absl::StrAppend(&text, is_cluster ? "\nThe cluster (the same in every process):\n" : "\nThis process:\n");
    for (const Setting& setting : with_flags) {
      if (setting.section == group) AppendSetting(setting, text);
    }
  }
  absl::StrAppend(&text,
                  "\nDURATION: a whole number and ns, us, ms, s, m, h or d. SIZE: bytes, or with KiB, MiB,\n"
                  "GiB or TiB. A flag wins over its variable, that over the file: --shutdown-grace,\n"
                  "ONEWAY_",
                  role == Role::kJoiner ? "JOINER" : "PARTITIONER", "_SHUTDOWN_GRACE, ", section,
                  ".shutdown_grace in the file.\n"
                  "Exit codes: 0 ended as asked, 78 wrong configuration, 74 disk or network, 1 other.\n");
  return text;
}

}  // namespace oneway::process
