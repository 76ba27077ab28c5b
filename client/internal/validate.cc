// SPDX-License-Identifier: Apache-2.0
#include "client/internal/validate.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "common/event/event.h"

namespace oneway::client {
namespace {

constexpr std::array<bool, 256> FlowCharacters() {
  std::array<bool, 256> allowed{};
  for (char c = 'a'; c <= 'z'; ++c) allowed[static_cast<uint8_t>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) allowed[static_cast<uint8_t>(c)] = true;
  for (char c : {'.', '_', '-'}) allowed[static_cast<uint8_t>(c)] = true;
  return allowed;
}
constexpr std::array<bool, 256> kFlowCharacters = FlowCharacters();

bool IsFlowName(std::string_view flow) {
  if (flow.empty() || flow.size() > event::kFlowNameBytesMax) return false;
  bool allowed = true;
  for (char c : flow) allowed &= kFlowCharacters[static_cast<uint8_t>(c)];
  return allowed;
}

const char* WhyLabelsInvalid(std::span<const Label> labels) {
  if (labels.size() > event::kLabelsMax) return "more than 8 labels";
  for (const Label& label : labels) {
    if (label.name.empty() || label.name.size() > event::kLabelNameBytesMax) return "label name is not 1 to 64 bytes";
    if (label.value.size() > event::kLabelValueBytesMax) return "label value is longer than 128 bytes";
    if (!IsUtf8(label.name) || !IsUtf8(label.value)) return "label is not UTF-8";
  }
  return nullptr;
}

const char* WhyIdInvalid(event::Kind kind, std::string_view id) {
  const bool too_long = id.size() > event::kIdBytesMax;
  if (kind == event::Kind::kPartStarted || kind == event::Kind::kPartEnded) {
    return id.empty() || too_long ? "part is not 1 to 64 bytes" : nullptr;
  }
  if (kind == event::Kind::kStage) return id.empty() || too_long ? "stage is not 1 to 64 bytes" : nullptr;
  return too_long ? "end id is longer than 64 bytes" : nullptr;
}

// How many bytes of ASCII, in whole words, the text begins with: what most labels are made of, checked on the caller's
// time.
size_t AsciiBytes(std::string_view text) {
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return at;
}

// Bytes of the sequence that `lead` opens; 0 = it opens none.
size_t SequenceBytes(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte carries what excludes overlong forms, surrogates and what lies beyond U+10FFFF.
bool IsSecondByte(uint8_t lead, uint8_t second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

}  // namespace

bool IsUtf8(std::string_view text) noexcept {
  for (size_t at = AsciiBytes(text); at < text.size();) {
    const auto lead = static_cast<uint8_t>(text[at]);
    const size_t bytes = SequenceBytes(lead);
    if (bytes == 0 || at + bytes > text.size()) return false;
    if (bytes > 1 && !IsSecondByte(lead, static_cast<uint8_t>(text[at + 1]))) return false;
    for (size_t i = 2; i < bytes; ++i) {
      if ((static_cast<uint8_t>(text[at + i]) & 0xC0) != 0x80) return false;
    }
    at += bytes;
  }
  return true;
}

const char* WhyInvalid(event::Kind kind, std::string_view flow, std::string_view key,
                       const EventOptions& options) noexcept {
  if (!IsFlowName(flow)) return "flow is not 1 to 64 of [a-z0-9._-]";
  if (key.empty() || key.size() > event::kKeyBytesMax) return "key is not 1 to 256 bytes";
  if (options.time < Time{} || options.not_before < Time{}) return "time is before 1970";
  if (options.expected > event::kPartsMax) return "expected is more than 1024";
  if (const char* reason = WhyIdInvalid(kind, options.end_id)) return reason;
  return WhyLabelsInvalid(options.labels);
}

}  // namespace oneway::client
