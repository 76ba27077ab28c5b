// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/process/codec.h"
#include "common/process/config.h"

namespace oneway::process {

enum class Section : uint8_t { kCluster, kPartitioner, kJoiner };

// `cluster`, `partitioner`, `joiner`: the sections of the file.
std::string NameOf(Section section);

// One thing that a user can set: everything that file, variables, flags, --help and checks know about it. Declared
// once, in cluster_settings.cc, partitioner_settings.cc or joiner_settings.cc; its three names follow from section and
// key. Threading: immutable.
struct Setting {
  Section section{};
  std::string key;           // snake_case, with its unit when the value has none
  std::string value_name;    // SIZE, DURATION, ...; empty: a switch
  std::string help;          // one or two sentences, without the default
  std::string default_text;  // as shown to users: a value, or words
  bool default_is_value = true;

  // Parses `text` into `config`; an error quotes the text and changes nothing.
  std::function<absl::Status(const std::string& text, Config& config)> set;
  std::function<std::string(const Config&)> show;

  std::string Path() const;      // joiner.memory_max
  std::string Variable() const;  // ONEWAY_JOINER_MEMORY_MAX
  std::string Flag() const;      // --memory-max
  bool IsSwitch() const { return value_name.empty(); }
};

// All settings of all roles, in the order of the file.
std::vector<Setting> AllSettings();

// One joiner, joiner-0 at 127.0.0.1:7200, and the defaults of everything else.
Config DefaultConfig();

std::vector<Setting> ClusterSettings();
std::vector<Setting> PartitionerSettings();
std::vector<Setting> JoinerSettings();

// What a setting says about itself beside key and type.
struct Description {
  std::string help;
  std::string default_words;  // in place of the default value, when that alone would tell nothing
};

// Collects the settings whose values are members of one part of Config.
// Threading: external.
template <typename Part>
class SettingTable {
 public:
  SettingTable(Section section, Part Config::*part) : section_(section), part_(part) {}

  template <typename Value>
  SettingTable& Add(std::string key, Value Part::*member, Codec<Value> codec, Description description) {
    const auto part = part_;
    Setting setting{.section = section_, .key = std::move(key)};
    setting.value_name = codec.value_name;
    setting.help = std::move(description.help);
    setting.default_is_value = description.default_words.empty();
    setting.default_text =
        setting.default_is_value ? codec.show(DefaultConfig().*part.*member) : std::move(description.default_words);
    setting.set = [part, member, parse = codec.parse](const std::string& text, Config& config) {
      auto value = parse(text);
      if (value.ok()) config.*part.*member = *std::move(value);
      return value.status();
    };
    setting.show = [part, member, show = codec.show](const Config& config) { return show(config.*part.*member); };
    settings_.push_back(std::move(setting));
    return *this;
  }

  std::vector<Setting> Take() { return std::move(settings_); }

 private:
  const Section section_;
  Part Config::*const part_;
  std::vector<Setting> settings_;
};

}  // namespace oneway::process
