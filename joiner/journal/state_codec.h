// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "joiner/journal/journal_store.h"

namespace oneway::journal {

// Keys in the database, and the values of the journal's own rows in the ledger's column family. The grammar stands in
// state_codec.cc.
// Threading: immutable (free functions).

// Of a journal row: 8 bytes, big endian, so that rows lie in the order of their sequences.
std::string SequenceKey(Sequence sequence);
// None when `key` is not 8 bytes long.
std::optional<Sequence> ParseSequenceKey(std::string_view key);

// Keys in the ledger's column family that are the journal's own start with this byte; no key of the ledger does.
inline constexpr char kOwnKeyPrefix = '\0';
std::string StateKey();
std::string RunKey(CommitNumber first);
// The first commit of the run whose key this is; none for any other key.
std::optional<CommitNumber> ParseRunKey(std::string_view key);

std::string EncodeState(const JournalState& state);
std::string EncodeRun(CommitNumber first, RunId run);
// DATA_LOSS when `value` is damaged or of a newer format.
absl::StatusOr<JournalState> DecodeState(std::string_view value);
absl::StatusOr<RunId> DecodeRun(CommitNumber first, std::string_view value);

}  // namespace oneway::journal
