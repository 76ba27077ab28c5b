// SPDX-License-Identifier: Apache-2.0
#include "cli/config_print.h"

#include <ostream>

#include "cli/json_writer.h"
#include "common/process/config_listing.h"

namespace oneway::cli {
namespace {

process::Subject SubjectOf(const ConfigPrintOptions& options) {
  if (!options.joiner.empty()) return {.kind = process::Subject::Kind::kJoiner, .joiner = options.joiner};
  return {.kind = options.partitioner ? process::Subject::Kind::kPartitioner : process::Subject::Kind::kCluster};
}

void WriteSettings(const process::ListedGroup& group, JsonWriter& json) {
  for (const process::ListedSetting& setting : group.settings) {
    json.BeginObject(setting.key);
    if (!setting.value.empty()) json.Text("value", setting.value);
    json.Text("origin", setting.origin).EndObject();
  }
}

std::string ToJson(const process::ConfigListing& listing) {
  JsonWriter json;
  json.BeginObject();
  for (const process::ListedGroup& section : listing.sections) {
    WriteSettings(section, json.BeginObject(section.name));
    json.EndObject();
  }
  json.BeginArray("flows");
  for (const process::ListedGroup& flow : listing.flows) {
    WriteSettings(flow, json.BeginObject());
    json.EndObject();
  }
  return json.EndArray().EndObject().text() + "\n";
}

}  // namespace

Exit ConfigPrint(const ConfigPrintOptions& options, Console& console) {
  const process::Subject subject = SubjectOf(options);
  if (subject.kind == process::Subject::Kind::kCluster && !options.flags.empty()) {
    console.err << "oneway: whose flags are these? Say --joiner NAME or --partitioner\n";
    return Exit::kUsage;
  }
  std::vector<std::string> flags = options.flags;
  if (!options.file.empty()) flags.insert(flags.begin(), {"--config", options.file});
  const process::ConfigView view = process::ViewConfig(subject, flags, options.environment);
  for (const std::string& problem : view.problems) console.err << problem << "\n";
  if (!view.problems.empty()) return Exit::kConfig;
  const process::ConfigListing listing = process::ListConfig(view, subject.kind);
  console.out << (options.json ? ToJson(listing) : process::ToYaml(listing));
  return Exit::kOk;
}

}  // namespace oneway::cli
