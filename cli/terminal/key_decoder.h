// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal/key.h"

namespace oneway::cli::terminal {

// Makes keys of the bytes that a terminal sends. What it does not know, it leaves out.
// Threading: external.
class KeyDecoder {
 public:
  // How long what waits may take to go on; after that it was a key of its own.
  static constexpr std::chrono::milliseconds kSequenceWait{50};

  // The keys that are complete with these bytes. A sequence that is not stays until more of it comes.
  std::vector<Key> Take(std::string_view bytes);

  // Whether an Escape has come that may be a key, or the beginning of another one's sequence.
  bool waits() const { return !waiting_.empty(); }
  // Nothing more has come: the key Escape, if one waits.
  std::vector<Key> Settle();

 private:
  // Takes the first key off `bytes`; bytes that stand for none are taken too. False: they are not complete.
  static bool TakeOne(std::string_view& bytes, std::vector<Key>& keys);

  std::string waiting_;  // of a sequence; at most kSequenceBytesMax
};

}  // namespace oneway::cli::terminal
