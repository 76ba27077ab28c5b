// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "joiner/journal/identity.h"
#include "joiner/journal/state_codec.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {

std::vector<Seed> Seeds() {
  const journal::Identity one{
      .seed = hash::HashSeed(7), .joiners = {"joiner-0"}, .joiner = "joiner-0", .slot_end = 4096};
  const journal::Identity of_two{.seed = hash::HashSeed(~uint64_t{0}),
                                 .joiners = {"joiner-0", "joiner-1"},
                                 .joiner = "joiner-1",
                                 .slot_begin = 2048,
                                 .slot_end = 4096};
  const journal::JournalState state{.commit = journal::CommitNumber(77),
                                    .joiner_clock = Time(std::chrono::seconds(1'772'373'600)),
                                    .next_sequence = journal::Sequence(8192),
                                    .floor = journal::Sequence(4096)};
  constexpr uint64_t kFirst = 77;
  std::string run(sizeof(kFirst), '\0');
  std::memcpy(run.data(), &kFirst, sizeof(kFirst));
  run += journal::EncodeRun(journal::CommitNumber(kFirst), journal::RunId(0x0123456789abcdef));
  return {
      {"identity", "I" + RenderIdentity(one)},
      {"identity-of-two", "I" + RenderIdentity(of_two)},
      {"state", "S" + EncodeState(state)},
      {"run", "R" + run},
  };
}

}  // namespace oneway::fuzz
