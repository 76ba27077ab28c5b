// SPDX-License-Identifier: Apache-2.0
#include "common/process/flow_checks.h"

#include "absl/strings/str_cat.h"
#include "common/process/units.h"

namespace oneway::process {
namespace {

const YamlEntry* Find(const FlowEntry& flow, const std::string& key) {
  const auto found = flow.given.find(key);
  return found == flow.given.end() ? nullptr : &found->second;
}

// The defaults are for flows of both shapes, so there it does no harm.
void CheckShapeOf(const FlowSetting& setting, const FlowEntry& flow, YamlReader& reader) {
  const YamlEntry* given = Find(flow, setting.key);
  const bool is_entry = !flow.rules.name.empty();
  if (given == nullptr || !is_entry || !setting.only_of.has_value() || *setting.only_of == flow.rules.shape) return;
  reader.Report(*given, "is for fan-outs, and this flow is a pair; remove it, or say `shape: fanout`");
}

void CheckEnds(const FlowEntry& flow, YamlReader& reader) {
  if (flow.rules.ends != flow::Ends::kEvery || flow.rules.shape != flow::Shape::kFanout) return;
  if (const YamlEntry* ends = Find(flow, "ends")) {
    reader.Report(*ends, "`every` is for pairs, and this flow is a fan-out; remove it, or say `shape: pair`");
    return;
  }
  const YamlEntry* shape = Find(flow, "shape");
  reader.Report(shape == nullptr ? flow.entry : *shape,
                "a fan-out does not go with `ends: every` of flow_defaults; say `ends: first` here");
}

// An end after the deadline is late and enters no latency, so such an objective would measure nothing.
void CheckObjective(const FlowEntry& flow, YamlReader& reader) {
  if (!flow.rules.objective.has_value() || flow.rules.objective->under <= flow.rules.ttl) return;
  const std::string under = FormatDuration(flow.rules.objective->under);
  const std::string ttl = FormatDuration(flow.rules.ttl);
  if (const YamlEntry* objective = Find(flow, "objective")) {
    reader.Report(*objective, absl::StrCat("`under: ", under, "` is longer than the flow's ttl of ", ttl,
                                           ", after which an end is late; make it at most the ttl"));
    return;
  }
  const YamlEntry* given_ttl = Find(flow, "ttl");
  reader.Report(given_ttl == nullptr ? flow.entry : *given_ttl,
                absl::StrCat("`", ttl, "` is shorter than the objective of flow_defaults, under: ", under,
                             "; give this flow an `objective` of its own"));
}

// There would be no key to show.
void CheckExemplars(const FlowEntry& flow, YamlReader& reader) {
  if (flow.rules.keys != flow::Keys::kHashed || flow.rules.exemplars != flow::Exemplars::kKey) return;
  if (const YamlEntry* exemplars = Find(flow, "exemplars")) {
    reader.Report(*exemplars, "`key` does not go with `keys: hashed`, by which keys are not stored; say `hash`");
    return;
  }
  const YamlEntry* keys = Find(flow, "keys");
  reader.Report(keys == nullptr ? flow.entry : *keys,
                "`hashed` does not go with `exemplars: key` of flow_defaults; say `exemplars: hash` here");
}

}  // namespace

void CheckFlow(const std::vector<FlowSetting>& settings, const FlowEntry& flow, YamlReader& reader) {
  for (const FlowSetting& setting : settings) CheckShapeOf(setting, flow, reader);
  CheckEnds(flow, reader);
  CheckObjective(flow, reader);
  CheckExemplars(flow, reader);
}

}  // namespace oneway::process
