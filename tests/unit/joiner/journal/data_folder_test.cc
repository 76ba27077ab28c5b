// SPDX-License-Identifier: Apache-2.0
// Lock, identity and acked mark: the small files of a data folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "joiner/journal/folder_lock.h"
#include "joiner/journal/identity.h"
#include "joiner/journal/mark_file.h"
#include "joiner/journal/small_file.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/temporary_folder.h"

namespace oneway::journal {
namespace {

using testing::HasSubstr;

class DataFolderTest : public testing::Test {
 protected:
  static Identity SecondOfTwo() {
    Identity identity;
    identity.seed = hash::HashSeed(42);
    identity.joiners = {"joiner-a", "joiner-b"};
    identity.joiner = "joiner-b";
    identity.slot_begin = 2048;
    identity.slot_end = 4096;
    return identity;
  }

  absl::Status Check(const Identity& identity) { return CheckIdentity(folder_.path(), identity, /*is_new=*/true); }

  std::string Content(const std::string& file) { return ReadSmallFile(folder_.path() + "/" + file)->value_or("none"); }

  void Overwrite(const std::string& file, const std::string& content) {
    std::ofstream(folder_.path() + "/" + file) << content;
  }

  const test::TemporaryFolder folder_;
};

TEST_F(DataFolderTest, ASmallFileIsReplacedWhole) {
  const std::string path = folder_.path() + "/file";
  EXPECT_EQ(*ReadSmallFile(path), std::nullopt);
  ASSERT_TRUE(WriteSmallFile(path, "a long first content").ok());
  ASSERT_TRUE(WriteSmallFile(path, "short").ok());
  EXPECT_EQ(*ReadSmallFile(path), "short");
  EXPECT_EQ(*ReadSmallFile(path + ".new"), std::nullopt);
}

TEST_F(DataFolderTest, FoldersAreCreatedWithTheirParents) {
  const std::string path = folder_.path() + "/a/b/c";
  ASSERT_TRUE(CreateFolder(path).ok());
  EXPECT_TRUE(CreateFolder(path).ok());
  EXPECT_TRUE(WriteSmallFile(path + "/file", "x").ok());
}

TEST_F(DataFolderTest, ASecondOpenerIsToldWhoUsesTheFolder) {
  auto first = FolderLock::Take(folder_.path());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(FolderLock::Take(folder_.path()).status(),
            absl::FailedPreconditionError(
                absl::StrCat("the data folder ", folder_.path(), " is in use by process ", ::getpid())));
  first->reset();
  EXPECT_TRUE(FolderLock::Take(folder_.path()).ok());
}

TEST_F(DataFolderTest, IdentityIsReadableText) {
  EXPECT_EQ(RenderIdentity(SecondOfTwo()),
            "format: 1\n"
            "written_by: oneway " ONEWAY_VERSION
            "\n"
            "joiner: joiner-b\n"
            "joiners: joiner-a joiner-b\n"
            "own_slots: 2048 4096\n"
            "seed: 42\n"
            "slots: 4096\n"
            "stretch_rows: 1048576\n");
}

TEST_F(DataFolderTest, IdentitySurvives) {
  const absl::StatusOr<Identity> parsed = ParseIdentity(RenderIdentity(SecondOfTwo()), "IDENTITY");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, SecondOfTwo());
}

TEST_F(DataFolderTest, TheSameIdentityOpensAgain) {
  ASSERT_TRUE(Check(SecondOfTwo()).ok());
  EXPECT_TRUE(Check(SecondOfTwo()).ok());
}

TEST_F(DataFolderTest, EveryDifferenceIsNamed) {
  ASSERT_TRUE(Check(SecondOfTwo()).ok());
  Identity other = SecondOfTwo();
  other.seed = hash::HashSeed(43);
  other.joiners = {"joiner-a", "joiner-b", "joiner-c"};
  other.joiner = "joiner-c";
  other.slot_begin = 2730;
  EXPECT_EQ(Check(other),
            absl::FailedPreconditionError(absl::StrCat(
                "the data folder ", folder_.path(),
                " belongs to another joiner or cluster: joiner is \"joiner-b\" there and \"joiner-c\" here; joiners is "
                "\"joiner-a joiner-b\" there and \"joiner-a joiner-b joiner-c\" here; own_slots is \"2048 4096\" there "
                "and \"2730 4096\" here; seed is \"42\" there and \"43\" here")));
}

TEST_F(DataFolderTest, ANewerFormatNamesTheProgramThatWroteIt) {
  Overwrite("IDENTITY", "format: 2\nwritten_by: oneway 9.1.0\nshape: unheard of\n");
  const absl::Status status = Check(SecondOfTwo());
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("format 2, written by oneway 9.1.0"));
}

TEST_F(DataFolderTest, ADamagedIdentityIsRefusedAndLeftAlone) {
  for (const char* content : {"", "format: 1\n", "format: x\n", "garbage"}) {
    Overwrite("IDENTITY", content);
    EXPECT_EQ(Check(SecondOfTwo()).code(), absl::StatusCode::kDataLoss) << content;
    EXPECT_EQ(Content("IDENTITY"), content);
  }
}

TEST_F(DataFolderTest, AnIdentityIsNotReadAsWhatItDoesNotSay) {
  const std::string text = RenderIdentity(SecondOfTwo());
  for (const auto& [line, other] : std::map<std::string, std::string>{{"slots: 4096", "slots: 4294971392"},
                                                                      {"seed: 42", "seed: +42"},
                                                                      {"own_slots: 2048 4096", "own_slots: 02048 4096"},
                                                                      {"joiner-a joiner-b", "joiner-a  joiner-b"}}) {
    std::string changed = text;
    changed.replace(changed.find(line), line.size(), other);
    EXPECT_EQ(ParseIdentity(changed, "IDENTITY").status().code(), absl::StatusCode::kDataLoss) << other;
  }
}

TEST_F(DataFolderTest, AMissingIdentityBesideADatabaseIsRefused) {
  EXPECT_EQ(CheckIdentity(folder_.path(), SecondOfTwo(), /*is_new=*/false).code(), absl::StatusCode::kDataLoss);
}

TEST_F(DataFolderTest, MarkSurvives) {
  const MarkFile file(folder_.path());
  EXPECT_EQ(*file.Load(), Mark{});
  const Mark mark{RunId(0xFEDCBA9876543210), CommitNumber(123)};
  ASSERT_TRUE(file.Store({RunId(1), CommitNumber(1)}).ok());
  ASSERT_TRUE(file.Store(mark).ok());
  EXPECT_EQ(*MarkFile(folder_.path()).Load(), mark);
}

TEST_F(DataFolderTest, ADamagedMarkSaysSo) {
  const MarkFile file(folder_.path());
  ASSERT_TRUE(file.Store({RunId(0xFEDC), CommitNumber(123)}).ok());
  const std::string sound = Content("MARK");
  for (const std::string& damaged :
       {std::string(), sound.substr(0, 20), sound + "x", absl::StrReplaceAll(sound, {{" 123 ", " 122 "}})}) {
    Overwrite("MARK", damaged);
    const absl::Status status = file.Load().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << damaged;
    EXPECT_THAT(std::string(status.message()), HasSubstr("damaged"));
  }
}

}  // namespace
}  // namespace oneway::journal
