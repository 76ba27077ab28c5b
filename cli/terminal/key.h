// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace oneway::cli::terminal {

// A key that was pressed. A value.
struct Key {
  enum class Kind {
    kCharacter,  // a printable one of ASCII
    kEnter,
    kEscape,
    kBackspace,
    kClearLine,  // Ctrl-U
    kUp,
    kDown,
    kPageUp,
    kPageDown,
    kHome,
    kEnd,
    kInterrupt,  // Ctrl-C
    kSuspend,    // Ctrl-Z
    kRedraw,     // Ctrl-L
  };

  Kind kind = Kind::kCharacter;
  char character = 0;  // of kCharacter

  friend bool operator==(const Key&, const Key&) = default;
};

}  // namespace oneway::cli::terminal
