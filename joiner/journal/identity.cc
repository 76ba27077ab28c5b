// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/identity.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "joiner/journal/small_file.h"

namespace oneway::journal {
namespace {

constexpr uint32_t kFormat = 1;
constexpr char kProgram[] = "oneway " ONEWAY_VERSION;

using Lines = std::map<std::string, std::string>;

// What a folder's identity consists of, by the names used in the file and in messages.
Lines LinesOf(const Identity& identity) {
  return {
      {"seed", absl::StrCat(static_cast<uint64_t>(identity.seed))},
      {"slots", absl::StrCat(identity.slot_count)},
      {"joiners", absl::StrJoin(identity.joiners, " ")},
      {"joiner", identity.joiner},
      {"own_slots", absl::StrCat(identity.slot_begin, " ", identity.slot_end)},
      {"stretch_rows", absl::StrCat(identity.stretch_rows)},
  };
}

std::optional<Lines> SplitLines(const std::string& text) {
  Lines lines;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()))) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(": ", 1));
    if (parts.size() != 2 || !lines.emplace(parts[0], parts[1]).second) return std::nullopt;
  }
  return lines;
}

bool ReadNumber(const Lines& lines, const char* name, uint64_t& number) {
  const auto line = lines.find(name);
  return line != lines.end() && absl::SimpleAtoi(line->second, &number);
}

std::optional<Identity> IdentityOf(const Lines& lines) {
  Identity identity;
  uint64_t seed = 0;
  uint64_t slots = 0;
  for (const char* name : {"joiners", "joiner", "own_slots"}) {
    if (!lines.contains(name)) return std::nullopt;
  }
  if (!ReadNumber(lines, "seed", seed) || !ReadNumber(lines, "slots", slots) ||
      !ReadNumber(lines, "stretch_rows", identity.stretch_rows)) {
    return std::nullopt;
  }
  const std::vector<std::string> own = absl::StrSplit(lines.at("own_slots"), ' ');
  if (own.size() != 2 || !absl::SimpleAtoi(own[0], &identity.slot_begin) ||
      !absl::SimpleAtoi(own[1], &identity.slot_end)) {
    return std::nullopt;
  }
  identity.seed = hash::HashSeed(seed);
  identity.slot_count = static_cast<uint32_t>(slots);
  identity.joiners = absl::StrSplit(lines.at("joiners"), ' ', absl::SkipEmpty());
  identity.joiner = lines.at("joiner");
  return identity;
}

// Does each line say what its member would be written as? If not, it was read as something else: 4294971392 slots are
// not 4096.
bool Says(const Lines& lines, const Identity& identity) {
  return std::ranges::all_of(LinesOf(identity), [&](const auto& line) { return lines.at(line.first) == line.second; });
}

}  // namespace

std::string RenderIdentity(const Identity& identity) {
  std::string text = absl::StrCat("format: ", kFormat, "\nwritten_by: ", kProgram, "\n");
  for (const auto& [name, value] : LinesOf(identity)) absl::StrAppend(&text, name, ": ", value, "\n");
  return text;
}

absl::StatusOr<Identity> ParseIdentity(std::string_view text, const std::string& path) {
  const std::optional<Lines> lines = SplitLines(std::string(text));
  uint64_t format = 0;
  if (!lines.has_value() || !ReadNumber(*lines, "format", format) || format == 0) {
    return absl::DataLossError(absl::StrCat(path, " is damaged: it does not say its format"));
  }
  if (format > kFormat) {
    const auto program = lines->find("written_by");
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has format ", format, ", written by ", program == lines->end() ? "an unknown program" : program->second,
        "; this is ", kProgram, ", which reads formats up to ", kFormat, ": start that program or a newer one"));
  }
  const std::optional<Identity> identity = IdentityOf(*lines);
  if (!identity.has_value() || !Says(*lines, *identity))
    return absl::DataLossError(absl::StrCat(path, " is damaged: a line is missing or wrong"));
  return *identity;
}

absl::Status CheckIdentity(const std::string& folder, const Identity& identity, bool is_new, rocksdb::Env* env) {
  const std::string path = folder + "/IDENTITY";
  const absl::StatusOr<std::optional<std::string>> text = ReadSmallFile(path, env);
  if (!text.ok()) return text.status();
  if (!text->has_value() && !is_new) {
    return absl::DataLossError(absl::StrCat(path, " is missing, but there is a database beside it"));
  }
  if (!text->has_value()) return WriteSmallFile(path, RenderIdentity(identity), env);

  const absl::StatusOr<Identity> stored = ParseIdentity(**text, path);
  if (!stored.ok()) return stored.status();
  const Lines wanted = LinesOf(identity);
  std::vector<std::string> differences;
  for (const auto& [name, value] : LinesOf(*stored)) {
    if (value == wanted.at(name)) continue;
    differences.push_back(absl::StrCat(name, " is \"", value, "\" there and \"", wanted.at(name), "\" here"));
  }
  if (differences.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the data folder ", folder, " belongs to another joiner or cluster: ", absl::StrJoin(differences, "; ")));
}

}  // namespace oneway::journal
