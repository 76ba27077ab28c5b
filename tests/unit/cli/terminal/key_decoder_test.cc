// SPDX-License-Identifier: Apache-2.0
//
// Concern: keys come out of bytes however the terminal cuts them.
#include "cli/terminal/key_decoder.h"

#include <gtest/gtest.h>

namespace oneway::cli::terminal {
namespace {

// `a`, `Up`, ...
std::string NameOf(const Key& key) {
  switch (key.kind) {
    case Key::Kind::kCharacter:
      return {key.character};
    case Key::Kind::kEnter:
      return "Enter";
    case Key::Kind::kEscape:
      return "Escape";
    case Key::Kind::kBackspace:
      return "Backspace";
    case Key::Kind::kClearLine:
      return "ClearLine";
    case Key::Kind::kUp:
      return "Up";
    case Key::Kind::kDown:
      return "Down";
    case Key::Kind::kPageUp:
      return "PageUp";
    case Key::Kind::kPageDown:
      return "PageDown";
    case Key::Kind::kHome:
      return "Home";
    case Key::Kind::kEnd:
      return "End";
    case Key::Kind::kInterrupt:
      return "Interrupt";
    case Key::Kind::kSuspend:
      return "Suspend";
    case Key::Kind::kRedraw:
      return "Redraw";
  }
  return "?";
}

std::string NamesOf(const std::vector<Key>& keys) {
  std::string names;
  for (const Key& key : keys) names += (names.empty() ? "" : " ") + NameOf(key);
  return names;
}

TEST(KeyDecoderTest, CharactersAndControlKeys) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("q/<~\r\n\x7f\b\x03\x1a\x0c\x15")),
            "q / < ~ Enter Enter Backspace Backspace Interrupt Suspend Redraw ClearLine");
  EXPECT_FALSE(decoder.waits());
}

TEST(KeyDecoderTest, SequencesOfBothModes) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("\x1b[A\x1b[B\x1bOA\x1bOB\x1b[5~\x1b[6~")), "Up Down Up Down PageUp PageDown");
  EXPECT_EQ(NamesOf(decoder.Take("\x1b[H\x1b[F\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~")),
            "Home End Home End Home End Home End");
}

TEST(KeyDecoderTest, ASequenceMayComeInPieces) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("a\x1b")), "a");
  EXPECT_TRUE(decoder.waits());
  EXPECT_EQ(NamesOf(decoder.Take("[")), "");
  EXPECT_EQ(NamesOf(decoder.Take("6")), "");
  EXPECT_EQ(NamesOf(decoder.Take("~b")), "PageDown b");
  EXPECT_FALSE(decoder.waits());
}

TEST(KeyDecoderTest, AnEscapeThatNothingFollowsIsAKey) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("\x1b")), "");
  EXPECT_EQ(NamesOf(decoder.Settle()), "Escape");
  EXPECT_FALSE(decoder.waits());
  EXPECT_EQ(NamesOf(decoder.Settle()), "");
  EXPECT_EQ(NamesOf(decoder.Take("\x1bx")), "Escape x");
  EXPECT_EQ(NamesOf(decoder.Take("\x1b\x1b[A")), "Escape Up");
}

TEST(KeyDecoderTest, WhatIsUnknownIsLeftOut) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("a\x1b[1;5Cb\x1b[15~c\x1bOPd")), "a b c d");
  EXPECT_EQ(NamesOf(decoder.Take("\xc3\xa4\x01z")), "z");
}

TEST(KeyDecoderTest, ASequenceThatDoesNotEndIsGivenUp) {
  KeyDecoder decoder;
  EXPECT_EQ(NamesOf(decoder.Take("\x1b[" + std::string(100, '1'))), "");
  EXPECT_FALSE(decoder.waits());
  EXPECT_EQ(NamesOf(decoder.Take("q")), "q");
}

}  // namespace
}  // namespace oneway::cli::terminal
