// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace oneway::test::crash {

// What the oracle has to complain about; all 0 when Oneway kept its word. A value.
struct Findings {
  static constexpr size_t kSentencesMax = 20;

  uint64_t lost = 0;                   // acknowledged, and not there
  uint64_t doubled = 0;                // counted more often than it happened
  uint64_t unexplained = 0;            // any other difference
  std::vector<std::string> sentences;  // the first few, for people

  bool none() const { return lost + doubled + unexplained == 0; }

  void Say(std::string sentence) {
    if (sentences.size() < kSentencesMax) sentences.push_back(std::move(sentence));
  }
  // Something that has to be exactly so often.
  void Compare(const std::string& what, uint64_t expected, uint64_t actual) {
    if (expected == actual) return;
    (actual < expected ? lost : doubled) += std::max(expected, actual) - std::min(expected, actual);
    Say(what + ": " + std::to_string(actual) + ", not " + std::to_string(expected));
  }
  void Unexplained(std::string sentence, uint64_t count = 1) {
    unexplained += count;
    Say(std::move(sentence));
  }
  void Add(const Findings& other) {
    lost += other.lost;
    doubled += other.doubled;
    unexplained += other.unexplained;
    for (const std::string& sentence : other.sentences) Say(sentence);
  }
};

}  // namespace oneway::test::crash
