// SPDX-License-Identifier: Apache-2.0
// Reads `flow_defaults:` and `flows:` of the file.
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/ids.h"
#include "common/process/flow_checks.h"
#include "common/process/flow_settings.h"

namespace oneway::process {
namespace {

// The rules of one entry while it is read.
struct FlowDraft {
  flow::Rules rules;
  bool late_window_given = false;
};

class FlowReader {
 public:
  FlowReader(YamlReader& reader, Origins& origins) : reader_(reader), origins_(origins), settings_(FlowSettings()) {}

  void ReadInto(const YamlEntry& entry, FlowDraft& draft) {
    std::map<std::string, YamlEntry> given;
    bool understood = true;
    for (auto& [key, value] : reader_.ReadMap(entry, KeysOf(settings_))) {
      understood &= Set(*Find(settings_, key), value, draft.rules);
      if (key == "late_window") draft.late_window_given = true;
      origins_.Note(value.path, value.place);
      given.emplace(key, std::move(value));
    }
    if (!draft.late_window_given) {
      draft.rules.late_window = std::min<Duration>(draft.rules.ttl, std::chrono::hours(24));
    }
    if (understood) CheckFlow(settings_, {.entry = entry, .given = given, .rules = draft.rules}, reader_);
  }

  // What the entry did not say comes from where the defaults have it.
  void NoteInherited(const YamlEntry& entry) {
    for (const FlowSetting& setting : settings_) {
      const std::string path = absl::StrCat(entry.path, ".", setting.key);
      const std::string inherited = origins_.Of(absl::StrCat("flow_defaults.", setting.key));
      if (origins_.Of(path).empty() && !inherited.empty()) origins_.Note(path, "flow_defaults, " + inherited);
    }
  }

 private:
  static std::vector<std::string> KeysOf(const std::vector<FlowSetting>& settings) {
    std::vector<std::string> keys;
    for (const FlowSetting& setting : settings) keys.push_back(setting.key);
    return keys;
  }

  static const FlowSetting* Find(const std::vector<FlowSetting>& settings, const std::string& key) {
    return &*std::find_if(settings.begin(), settings.end(), [&key](const auto& setting) { return setting.key == key; });
  }

  // False: reported.
  bool Set(const FlowSetting& setting, const YamlEntry& value, flow::Rules& rules) {
    if (!setting.fields.empty()) return SetFields(setting, value, rules);
    const auto texts = ReadTexts(value, setting.is_list);
    if (!texts.has_value()) return false;
    const absl::Status status = setting.set(*texts, rules);
    if (!status.ok()) reader_.Report(value, std::string(status.message()));
    return status.ok();
  }

  bool SetFields(const FlowSetting& setting, const YamlEntry& map, flow::Rules& rules) {
    const std::vector<std::string> keys = KeysOf(setting.fields);
    const auto values = reader_.ReadMap(map, keys);
    bool understood = true;
    for (const auto& [key, value] : values) understood &= Set(*Find(setting.fields, key), value, rules);
    if (values.size() == keys.size()) return understood;
    const bool already_told = !map.value.IsNull() && (!map.value.IsMap() || map.value.size() > values.size());
    if (!already_told) reader_.Report(map, absl::StrCat("needs `", absl::StrJoin(keys, "` and `"), "`"));
    return false;
  }

  std::optional<std::vector<std::string>> ReadTexts(const YamlEntry& entry, bool is_list) {
    std::vector<std::string> texts;
    for (const YamlEntry& element : is_list ? reader_.ReadList(entry) : std::vector<YamlEntry>{entry}) {
      std::optional<std::string> text = reader_.ReadText(element);
      if (!text.has_value()) return std::nullopt;
      texts.push_back(*std::move(text));
    }
    return texts;
  }

  YamlReader& reader_;
  Origins& origins_;
  const std::vector<FlowSetting> settings_;
};

FlowDraft ReadDefaults(YamlReader& reader, FlowReader& flow_reader, const YamlEntry& entry) {
  FlowDraft draft;
  flow_reader.ReadInto(entry, draft);
  if (!draft.rules.name.empty()) reader.Report(entry, "`name` belongs into an entry of flows, not into the defaults");
  draft.rules.name.clear();
  return draft;
}

}  // namespace

FlowsConfig ReadFlows(YamlReader& reader, const YamlEntry* flow_defaults, const YamlEntry* flows, Origins& origins) {
  FlowReader flow_reader(reader, origins);
  FlowDraft defaults;
  if (flow_defaults != nullptr) defaults = ReadDefaults(reader, flow_reader, *flow_defaults);

  FlowsConfig config{.defaults = defaults.rules, .flows = {}};
  if (flows == nullptr) return config;
  std::set<std::string> names;
  for (const YamlEntry& entry : reader.ReadList(*flows)) {
    FlowDraft draft = defaults;
    flow_reader.ReadInto(entry, draft);
    flow_reader.NoteInherited(entry);
    if (entry.value.IsMap() && !entry.value["name"]) reader.Report(entry, "has no `name`");
    if (!draft.rules.name.empty() && !names.insert(draft.rules.name).second) {
      reader.Report(entry, absl::StrCat("a flow `", draft.rules.name, "` stands above already"));
    }
    config.flows.push_back(std::move(draft.rules));
  }
  if (config.flows.size() > flow::kFlowsMax) {
    reader.Report(*flows, absl::StrCat(config.flows.size(), " flows; at most ", flow::kFlowsMax));
  }
  return config;
}

}  // namespace oneway::process
