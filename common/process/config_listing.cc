// SPDX-License-Identifier: Apache-2.0
#include "common/process/config_listing.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/process/flow_settings.h"
#include "common/process/setting.h"

namespace oneway::process {
namespace {

// Quoted where it would read as something else.
std::string Scalar(const std::string& text) {
  YAML::Emitter emitter;
  emitter << text;
  return text.empty() ? "" : emitter.c_str();
}

std::string Joiners(const std::vector<JoinerAddress>& joiners) {
  YAML::Emitter emitter;
  emitter << YAML::Flow << YAML::BeginSeq;
  for (const JoinerAddress& joiner : joiners) {
    emitter << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << joiner.name << YAML::Key
            << "address" << YAML::Value << joiner.address << YAML::EndMap;
  }
  emitter << YAML::EndSeq;
  return emitter.c_str();
}

// Defaults that are no value are told in words.
std::string OriginOf(const std::string& noted, const std::string& default_words) {
  if (!noted.empty()) return noted;
  return default_words.empty() ? "default" : absl::StrCat("default: ", default_words);
}

bool Has(Subject::Kind subject, Section section) {
  if (subject == Subject::Kind::kJoiner) return section != Section::kPartitioner;
  if (subject == Subject::Kind::kPartitioner) return section != Section::kJoiner;
  return true;
}

// A file with the default name, but without that joiner in its list, is refused: there, each joiner says its own.
bool IsNameOfNobody(const ConfigView& view, const Setting& setting) {
  if (setting.Path() != "joiner.name" || !view.origins.Of("joiner.name").empty()) return false;
  const std::vector<JoinerAddress>& joiners = view.config.cluster.joiners;
  return std::none_of(joiners.begin(), joiners.end(),
                      [&view](const JoinerAddress& joiner) { return joiner.name == view.config.joiner.name; });
}

std::string ValueOf(const ConfigView& view, const Setting& setting) {
  if (setting.Path() == "cluster.joiners") return Joiners(view.config.cluster.joiners);
  return IsNameOfNobody(view, setting) ? "" : Scalar(setting.show(view.config));
}

ListedGroup ListSection(const ConfigView& view, Section section) {
  ListedGroup group{.name = NameOf(section), .settings = {}};
  for (const Setting& setting : AllSettings()) {
    if (setting.section != section) continue;
    std::string words = setting.default_is_value ? "" : setting.default_text;
    if (IsNameOfNobody(view, setting)) words = "none, the list has no " + view.config.joiner.name;
    group.settings.push_back({.key = setting.key,
                              .value = ValueOf(view, setting),
                              .origin = OriginOf(view.origins.Of(setting.Path()), words)});
  }
  return group;
}

ListedGroup ListFlow(const ConfigView& view, const std::string& path, const flow::Rules& rules) {
  ListedGroup group;
  const bool is_entry = !rules.name.empty();
  for (const FlowSetting& setting : FlowSettings()) {
    const bool says_nothing = is_entry && setting.only_of.has_value() && *setting.only_of != rules.shape;
    if (says_nothing || (setting.key == "name" && !is_entry)) continue;
    const bool follows = setting.key == "late_window";
    group.settings.push_back({.key = setting.key,
                              .value = setting.show(rules),
                              .origin = OriginOf(view.origins.Of(absl::StrCat(path, ".", setting.key)),
                                                 follows ? setting.default_text : "")});
  }
  return group;
}

void AppendSetting(const std::string& indent, const ListedSetting& setting, std::string& yaml) {
  const std::string value = setting.value.empty() ? "" : absl::StrCat(" ", setting.value);
  absl::StrAppend(&yaml, indent, setting.value.empty() ? "# " : "", setting.key, ":", value, "  # ", setting.origin,
                  "\n");
}

}  // namespace

ConfigListing ListConfig(const ConfigView& view, Subject::Kind subject) {
  ConfigListing listing;
  for (const Section section : {Section::kCluster, Section::kPartitioner, Section::kJoiner}) {
    if (Has(subject, section)) listing.sections.push_back(ListSection(view, section));
  }
  listing.sections.push_back(ListFlow(view, "flow_defaults", view.config.flows.defaults));
  listing.sections.back().name = "flow_defaults";
  for (size_t i = 0; i < view.config.flows.flows.size(); ++i) {
    listing.flows.push_back(ListFlow(view, absl::StrCat("flows[", i, "]"), view.config.flows.flows[i]));
  }
  return listing;
}

std::string ToYaml(const ConfigListing& listing) {
  std::string yaml;
  for (const ListedGroup& section : listing.sections) {
    absl::StrAppend(&yaml, section.name, ":\n");
    for (const ListedSetting& setting : section.settings) AppendSetting("  ", setting, yaml);
  }
  absl::StrAppend(&yaml, listing.flows.empty() ? "flows: []\n" : "flows:\n");
  for (const ListedGroup& flow : listing.flows) {
    for (size_t i = 0; i < flow.settings.size(); ++i) AppendSetting(i == 0 ? "  - " : "    ", flow.settings[i], yaml);
  }
  return yaml;
}

}  // namespace oneway::process
