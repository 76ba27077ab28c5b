// SPDX-License-Identifier: Apache-2.0
//
// What a data folder says of itself. Input: a letter, then I: the text of IDENTITY; S: the journal's state row; R: the
// row of a run, behind 8 bytes of its first commit.
#include <glog/logging.h>
#include <xxhash.h>

#include <cstring>

#include "joiner/journal/identity.h"
#include "joiner/journal/state_codec.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using journal::CommitNumber;

void CheckRefusal(const absl::Status& status) {
  CHECK(absl::IsDataLoss(status) || absl::IsFailedPrecondition(status)) << status;
  CHECK(!status.message().empty());
}

// Each line of what it was read as stands in the text, so nothing was read as something else.
bool TryIdentity(std::string_view text) {
  const absl::StatusOr<journal::Identity> identity = journal::ParseIdentity(text, "IDENTITY");
  if (!identity.ok()) {
    CheckRefusal(identity.status());
    return false;
  }
  const std::string again = RenderIdentity(*identity);
  const absl::StatusOr<journal::Identity> same = journal::ParseIdentity(again, "IDENTITY");
  CHECK(same.ok()) << same.status() << "\n" << again;
  CHECK(*same == *identity) << again;
  std::string_view rest = again;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (line.starts_with("written_by") || line.starts_with("format")) continue;
    CHECK(("\n" + std::string(text) + "\n").find("\n" + std::string(line) + "\n") != std::string::npos)
        << "read, but not written: " << line;
  }
  return true;
}

// Plain bytes hardly ever have the right checksum: this is the way behind it.
std::string WithRightChecksum(std::string_view value, uint64_t seed) {
  std::string mended(value);
  if (mended.size() < 4) return mended;
  const auto checksum = static_cast<uint32_t>(XXH3_64bits_withSeed(mended.data(), mended.size() - 4, seed));
  std::memcpy(mended.data() + mended.size() - 4, &checksum, sizeof(checksum));
  return mended;
}

bool TryState(std::string_view stored) {
  if (const auto as_it_is = journal::DecodeState(stored); !as_it_is.ok()) CheckRefusal(as_it_is.status());
  const std::string value = WithRightChecksum(stored, 0);
  const auto state = journal::DecodeState(value);
  if (!state.ok()) {
    CheckRefusal(state.status());
    return false;
  }
  CHECK(EncodeState(*state) == value);
  return true;
}

bool TryRun(std::string_view input) {
  uint64_t first = 0;
  if (input.size() < sizeof(first)) return false;
  std::memcpy(&first, input.data(), sizeof(first));
  const std::string value = WithRightChecksum(input.substr(sizeof(first)), first);
  CHECK(journal::ParseRunKey(journal::RunKey(CommitNumber(first))) == CommitNumber(first));
  const auto run = journal::DecodeRun(CommitNumber(first), value);
  if (!run.ok()) {
    CheckRefusal(run.status());
    return false;
  }
  CHECK(journal::EncodeRun(CommitNumber(first), *run) == value);
  return true;
}

}  // namespace

bool Try(std::string_view input) {
  if (input.empty()) return false;
  const std::string_view rest = input.substr(1);
  if (input.front() == 'I') return TryIdentity(rest);
  if (input.front() == 'S') return TryState(rest);
  return input.front() == 'R' && TryRun(rest);
}

}  // namespace oneway::fuzz
