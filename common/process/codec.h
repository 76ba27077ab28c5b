// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/hash/fingerprint.h"
#include "common/process/config.h"
#include "common/time/time.h"

namespace oneway::process {

// Turns the text of one kind of setting into its value, and back. Errors quote the text and say what to write.
// Threading: immutable.
template <typename Value>
struct Codec {
  std::string value_name;  // what stands behind the flag in --help; empty: a switch, which may stand alone
  std::function<absl::StatusOr<Value>(const std::string&)> parse;
  std::function<std::string(const Value&)> show;  // a form that `parse` reads back
};

// Bounds are inclusive.
Codec<Duration> DurationBetween(Duration low, Duration high);
Codec<uint64_t> SizeBetween(uint64_t low, uint64_t high);
Codec<uint32_t> CountBetween(uint32_t low, uint32_t high);
Codec<uint64_t> MultipleOf(uint64_t factor, uint64_t high);
Codec<bool> Switch();
Codec<std::string> FolderText();
// 1 to 64 of [a-z0-9._-]: names of processes and of flows.
Codec<std::string> NameText();
// Where a server listens; port 0 lets the system choose.
Codec<std::string> ListenAddress();
// A word out of a few; `choices` pairs what is written with what it means.
template <typename Value>
Codec<Value> OneOf(std::vector<std::pair<std::string, Value>> choices);

Codec<hash::HashSeed> SeedNumber();
// `joiner-0=10.0.0.1:7200,joiner-1=10.0.0.2:7200`: names and addresses differ, no port is 0, 1 to 4096 of them.
Codec<std::vector<JoinerAddress>> JoinerList();

// The errors of OneOf.
absl::Status NoneOf(const std::string& text, const std::vector<std::string>& words);

template <typename Value>
Codec<Value> OneOf(std::vector<std::pair<std::string, Value>> choices) {
  Codec<Value> codec;
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) {
    words.push_back(word);
    codec.value_name += (codec.value_name.empty() ? "" : "|") + word;
  }
  codec.parse = [choices, words](const std::string& text) -> absl::StatusOr<Value> {
    for (const auto& [word, value] : choices) {
      if (word == text) return value;
    }
    return NoneOf(text, words);
  };
  codec.show = [choices](const Value& shown) {
    for (const auto& [word, value] : choices) {
      if (value == shown) return word;
    }
    return std::string();
  };
  return codec;
}

}  // namespace oneway::process
