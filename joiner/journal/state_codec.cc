// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/state_codec.h"

#include <xxhash.h>

#include "absl/strings/str_cat.h"
#include "joiner/journal/bytes.h"

namespace oneway::journal {
namespace {

// Grammar (numbers as in bytes.h, except big endian in keys):
//
//   journal row   key := 8 bytes of sequence, big endian
//   state row     key := 0 's'
//               value := version commit clock next_sequence floor checksum
//   run row       key := 0 'r' first_commit            8 bytes, big endian
//               value := version run checksum
//   version  := byte, 1
//   commit, clock, next_sequence, floor, run := fixed64; clock in Unix nanoseconds
//   checksum := fixed32, low half of XXH3-64 over all before, seeded with the run's first commit (0 for the state)
constexpr char kVersion = 1;
constexpr size_t kStateBytes = 1 + 4 * 8 + 4;
constexpr size_t kRunBytes = 1 + 8 + 4;

std::string BigEndian(uint64_t number) {
  std::string bytes(8, '\0');
  for (size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  return bytes;
}

uint64_t ParseBigEndian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

std::string Sealed(const char* begin, const char* end, uint64_t seed) {
  std::string value(begin, end);
  char checksum[4];
  WriteFixed32(checksum, static_cast<uint32_t>(XXH3_64bits_withSeed(value.data(), value.size(), seed)));
  return value.append(checksum, sizeof(checksum));
}

bool IsSealed(std::string_view value, size_t bytes, uint64_t seed) {
  if (value.size() != bytes || value[0] != kVersion) return false;
  const uint32_t stored = ByteReader(value.substr(bytes - 4)).Fixed32();
  return stored == static_cast<uint32_t>(XXH3_64bits_withSeed(value.data(), bytes - 4, seed));
}

}  // namespace

std::string SequenceKey(Sequence sequence) {
  return BigEndian(static_cast<uint64_t>(sequence));
}

std::optional<Sequence> ParseSequenceKey(std::string_view key) {
  if (key.size() != 8) return std::nullopt;
  return Sequence(ParseBigEndian(key));
}

std::string StateKey() {
  return {kOwnKeyPrefix, 's'};
}

std::string RunKey(CommitNumber first) {
  return std::string{kOwnKeyPrefix, 'r'} + BigEndian(static_cast<uint64_t>(first));
}

std::optional<CommitNumber> ParseRunKey(std::string_view key) {
  if (key.size() != 10 || key[0] != kOwnKeyPrefix || key[1] != 'r') return std::nullopt;
  return CommitNumber(ParseBigEndian(key.substr(2)));
}

std::string EncodeState(const JournalState& state) {
  char buffer[kStateBytes];
  char* at = buffer;
  *at++ = kVersion;
  at = WriteFixed64(at, static_cast<uint64_t>(state.commit));
  at = WriteFixed64(at, ToUnixNanos(state.joiner_clock));
  at = WriteFixed64(at, static_cast<uint64_t>(state.next_sequence));
  at = WriteFixed64(at, static_cast<uint64_t>(state.floor));
  return Sealed(buffer, at, 0);
}

absl::StatusOr<JournalState> DecodeState(std::string_view value) {
  if (!IsSealed(value, kStateBytes, 0)) {
    return absl::DataLossError("the state row of the journal is damaged or of a newer format");
  }
  ByteReader reader(value.substr(1));
  JournalState state;
  state.commit = CommitNumber(reader.Fixed64());
  state.joiner_clock = FromUnixNanos(reader.Fixed64());
  state.next_sequence = Sequence(reader.Fixed64());
  state.floor = Sequence(reader.Fixed64());
  return state;
}

std::string EncodeRun(CommitNumber first, RunId run) {
  char buffer[kRunBytes];
  char* at = buffer;
  *at++ = kVersion;
  at = WriteFixed64(at, static_cast<uint64_t>(run));
  return Sealed(buffer, at, static_cast<uint64_t>(first));
}

absl::StatusOr<RunId> DecodeRun(CommitNumber first, std::string_view value) {
  if (!IsSealed(value, kRunBytes, static_cast<uint64_t>(first))) {
    return absl::DataLossError(absl::StrCat("the row of the run that began with commit ", static_cast<uint64_t>(first),
                                            " is damaged or of a newer format"));
  }
  return RunId(ByteReader(value.substr(1)).Fixed64());
}

}  // namespace oneway::journal
