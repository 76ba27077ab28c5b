// SPDX-License-Identifier: Apache-2.0
// Reads `flow_defaults:` and `flows:` of the file.
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/ids.h"
#include "common/process/flow_settings.h"

namespace oneway::process {
namespace {

// Keys of later versions: known, so that their users learn why they have no effect.
constexpr const char* kLaterKeys[] = {"objective", "keys"};

// The rules of one entry while it is read.
struct Draft {
  flow::Rules rules;
  bool late_window_given = false;
};

class FlowReader {
 public:
  explicit FlowReader(YamlReader& reader) : reader_(reader) {
    for (FlowSetting& setting : FlowSettings()) {
      known_.push_back(setting.key);
      const std::string key = setting.key;
      settings_.emplace(key, std::move(setting));
    }
    for (const char* key : kLaterKeys) known_.push_back(key);
  }

  void ReadInto(const YamlEntry& entry, Draft& draft) {
    for (const auto& [key, value] : reader_.ReadMap(entry, known_)) {
      const auto found = settings_.find(key);
      if (found == settings_.end()) {
        reader_.Report(value, absl::StrCat("`", key, "` is not supported yet by this version"));
        continue;
      }
      const auto texts = ReadTexts(value, found->second.is_list);
      if (!texts.has_value()) continue;
      const absl::Status status = found->second.set(*texts, draft.rules);
      if (!status.ok()) reader_.Report(value, std::string(status.message()));
      if (key == "late_window") draft.late_window_given = true;
    }
    if (!draft.late_window_given) {
      draft.rules.late_window = std::min<Duration>(draft.rules.ttl, std::chrono::hours(24));
    }
  }

 private:
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
  std::map<std::string, FlowSetting> settings_;
  std::vector<std::string> known_;
};

Draft ReadDefaults(YamlReader& reader, FlowReader& flow_reader, const YamlEntry& entry) {
  Draft draft;
  flow_reader.ReadInto(entry, draft);
  if (!draft.rules.name.empty()) reader.Report(entry, "`name` belongs into an entry of flows, not into the defaults");
  draft.rules.name.clear();
  return draft;
}

}  // namespace

FlowsConfig ReadFlows(YamlReader& reader, const YamlEntry* flow_defaults, const YamlEntry* flows) {
  FlowReader flow_reader(reader);
  Draft defaults;
  if (flow_defaults != nullptr) defaults = ReadDefaults(reader, flow_reader, *flow_defaults);

  FlowsConfig config{.defaults = defaults.rules, .flows = {}};
  if (flows == nullptr) return config;
  std::set<std::string> names;
  for (const YamlEntry& entry : reader.ReadList(*flows)) {
    Draft draft = defaults;
    flow_reader.ReadInto(entry, draft);
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
