// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/process/flow_settings.h"
#include "common/process/layers.h"
#include "common/process/yaml_reader.h"

namespace oneway::process {
namespace {

using Entries = std::map<std::string, YamlEntry>;

Entries ReadEntries(YamlReader& reader, const YamlEntry& map, const std::vector<std::string>& known) {
  Entries entries;
  for (auto& [key, entry] : reader.ReadMap(map, known)) entries.emplace(key, std::move(entry));
  return entries;
}

const YamlEntry* Find(const Entries& entries, const std::string& key) {
  const auto found = entries.find(key);
  return found == entries.end() ? nullptr : &found->second;
}

// One `{name, address}` in the form of the flag, so that both go through the same parser.
std::optional<std::string> ReadJoiner(YamlReader& reader, const YamlEntry& entry) {
  const Entries entries = ReadEntries(reader, entry, {"name", "address"});
  const YamlEntry* name = Find(entries, "name");
  const YamlEntry* address = Find(entries, "address");
  if (name == nullptr || address == nullptr) {
    reader.Report(entry, "needs `name` and `address`, for example {name: joiner-0, address: 127.0.0.1:7200}");
    return std::nullopt;
  }
  const auto name_text = reader.ReadText(*name);
  const auto address_text = reader.ReadText(*address);
  if (!name_text.has_value() || !address_text.has_value()) return std::nullopt;
  return absl::StrCat(*name_text, "=", *address_text);
}

std::optional<std::string> ReadJoiners(YamlReader& reader, const YamlEntry& entry) {
  std::string joined;
  for (const YamlEntry& joiner : reader.ReadList(entry)) {
    const std::optional<std::string> text = ReadJoiner(reader, joiner);
    if (!text.has_value()) return std::nullopt;
    absl::StrAppend(&joined, joined.empty() ? "" : ",", *text);
  }
  return joined;
}

void ApplySection(YamlReader& reader, const YamlEntry& section, const std::vector<const Setting*>& settings,
                  Draft& draft) {
  std::map<std::string, const Setting*> by_key;
  std::vector<std::string> known;
  for (const Setting* setting : settings) {
    by_key[setting->key] = setting;
    known.push_back(setting->key);
  }
  for (const auto& [key, entry] : reader.ReadMap(section, known)) {
    const bool is_joiners = entry.path == "cluster.joiners";
    const std::optional<std::string> text = is_joiners ? ReadJoiners(reader, entry) : reader.ReadText(entry);
    if (!text.has_value()) continue;
    draft.origins.Note(entry.path, entry.place);
    const absl::Status status = by_key[key]->set(*text, draft.config);
    if (!status.ok()) reader.Report(entry, std::string(status.message()));
  }
}

}  // namespace

void ApplyFile(const std::string& file, const std::vector<Setting>& settings, Draft& draft) {
  YamlReader reader(file, draft.problems);
  const std::optional<YamlEntry> root = reader.ReadFile();
  if (!root.has_value()) return;

  std::map<std::string, std::vector<const Setting*>> sections;
  for (const Setting& setting : settings) sections[NameOf(setting.section)].push_back(&setting);
  std::vector<std::string> known = {"flow_defaults", "flows"};
  for (const auto& [name, unused] : sections) known.push_back(name);

  const Entries entries = ReadEntries(reader, *root, known);
  for (const auto& [name, section_settings] : sections) {
    const YamlEntry* section = Find(entries, name);
    if (section != nullptr) ApplySection(reader, *section, section_settings, draft);
  }
  draft.config.flows = ReadFlows(reader, Find(entries, "flow_defaults"), Find(entries, "flows"), draft.origins);
}

}  // namespace oneway::process
