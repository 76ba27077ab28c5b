// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/mark_file.h"

#include <xxhash.h>

#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "joiner/journal/small_file.h"

namespace oneway::journal {
namespace {

// Grammar: "oneway-mark 1 <run> <commit> <checksum>\n"; run and checksum in 16 hex digits, commit decimal; the checksum
// is XXH3-64 over all before it.
std::string Render(const Mark& mark) {
  std::string text = absl::StrCat("oneway-mark 1 ", absl::Hex(static_cast<uint64_t>(mark.run), absl::kZeroPad16), " ",
                                  static_cast<uint64_t>(mark.commit), " ");
  const uint64_t checksum = XXH3_64bits(text.data(), text.size());
  absl::StrAppend(&text, absl::Hex(checksum, absl::kZeroPad16), "\n");
  return text;
}

std::optional<Mark> Parse(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  uint64_t run = 0;
  uint64_t commit = 0;
  if (words.size() != 5 || !absl::SimpleHexAtoi(words[2], &run) || !absl::SimpleAtoi(words[3], &commit)) {
    return std::nullopt;
  }
  const Mark mark{RunId(run), CommitNumber(commit)};
  if (Render(mark) != text) return std::nullopt;
  return mark;
}

}  // namespace

absl::StatusOr<Mark> MarkFile::Load() const {
  const absl::StatusOr<std::optional<std::string>> text = ReadSmallFile(path_, env_);
  if (!text.ok()) return text.status();
  if (!text->has_value()) return Mark{};
  const std::optional<Mark> mark = Parse(**text);
  if (!mark.has_value()) {
    return absl::DataLossError(absl::StrCat(path_, ", which says how much was acked, is damaged"));
  }
  return *mark;
}

absl::Status MarkFile::Store(const Mark& mark) const {
  return WriteSmallFile(path_, Render(mark), env_);
}

}  // namespace oneway::journal
