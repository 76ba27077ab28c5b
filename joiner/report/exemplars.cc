// SPDX-License-Identifier: Apache-2.0
#include "joiner/report/exemplars.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/observe/utf8.h"

namespace oneway::report {
namespace {

constexpr std::string_view kKeyLabel = "key";

// Of well-formed UTF-8.
size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

observe::Labels LabelsOf(const ledger::Exemplar& exemplar) {
  const std::string key = observe::ToUtf8(exemplar.key());
  const bool fits = kKeyLabel.size() + CountCharacters(key) <= observe::Exemplar::kCharactersMax;
  if (!key.empty() && fits) return {{std::string(kKeyLabel), key}};
  const hash::Fingerprint& fingerprint = exemplar.fingerprint;
  return {{"fingerprint",
           absl::StrCat(absl::Hex(fingerprint.high, absl::kZeroPad16), absl::Hex(fingerprint.low, absl::kZeroPad16))}};
}

}  // namespace

observe::Exemplar ToObserved(const ledger::Exemplar& exemplar) {
  return {.labels = LabelsOf(exemplar), .latency = exemplar.latency, .at = exemplar.end};
}

}  // namespace oneway::report
