// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal/key_decoder.h"

#include <utility>

namespace oneway::cli::terminal {
namespace {

using Kind = Key::Kind;

// Longer than any that terminals send; what is longer is none.
constexpr size_t kSequenceBytesMax = 32;
constexpr char kEscapeByte = 0x1b;

std::optional<Kind> KindOf(char byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return Kind::kEnter;
    case 0x7f:
    case '\b':
      return Kind::kBackspace;
    case 'U' - '@':
      return Kind::kClearLine;
    case 'C' - '@':
      return Kind::kInterrupt;
    case 'Z' - '@':
      return Kind::kSuspend;
    case 'L' - '@':
      return Kind::kRedraw;
    default:
      return std::nullopt;
  }
}

// Of what stands behind `ESC [` or `ESC O`, as xterm and those like it send it.
std::optional<Kind> KindOf(std::string_view sequence) {
  constexpr std::pair<std::string_view, Kind> kSequences[] = {
      {"A", Kind::kUp},    {"B", Kind::kDown},  {"5~", Kind::kPageUp}, {"6~", Kind::kPageDown}, {"H", Kind::kHome},
      {"1~", Kind::kHome}, {"7~", Kind::kHome}, {"F", Kind::kEnd},     {"4~", Kind::kEnd},      {"8~", Kind::kEnd}};
  for (const auto& [known, kind] : kSequences) {
    if (sequence == known) return kind;
  }
  return std::nullopt;
}

// ECMA-48: parameters, then one byte that ends it. npos: it does not end here.
size_t EndOfSequence(std::string_view bytes) {
  size_t end = 2;
  while (end < bytes.size() && bytes[end] >= 0x20 && bytes[end] < '@') ++end;
  return end < bytes.size() ? end + 1 : std::string_view::npos;
}

}  // namespace

std::vector<Key> KeyDecoder::Take(std::string_view bytes) {
  const std::string all = std::exchange(waiting_, "") + std::string(bytes);
  std::string_view rest = all;
  std::vector<Key> keys;
  while (!rest.empty() && TakeOne(rest, keys)) continue;
  if (rest.size() <= kSequenceBytesMax) waiting_ = rest;
  return keys;
}

std::vector<Key> KeyDecoder::Settle() {
  return std::exchange(waiting_, "").empty() ? std::vector<Key>() : std::vector<Key>{{.kind = Kind::kEscape}};
}

bool KeyDecoder::TakeOne(std::string_view& bytes, std::vector<Key>& keys) {
  const char first = bytes.front();
  size_t length = 1;
  std::optional<Kind> kind;
  if (first == kEscapeByte) {
    if (bytes.size() == 1) return false;
    kind = Kind::kEscape;
    if (bytes[1] == '[' || bytes[1] == 'O') {
      length = EndOfSequence(bytes);
      if (length == std::string_view::npos) return false;
      kind = KindOf(bytes.substr(2, length - 2));
    }
  } else {
    kind = first >= ' ' && first < 0x7f ? Kind::kCharacter : KindOf(first);
  }
  if (kind) keys.push_back({.kind = *kind, .character = *kind == Kind::kCharacter ? first : '\0'});
  bytes.remove_prefix(length);
  return true;
}

}  // namespace oneway::cli::terminal
