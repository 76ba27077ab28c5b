// SPDX-License-Identifier: Apache-2.0
//
// Concern: a data folder that an earlier program wrote is opened, with everything in it; one of a later program is
// refused, and the refusal names what to do.
#include "tests/durability/golden_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/journal/store_options.h"
#include "tests/support/read_file.h"
#include "tests/support/temporary_folder.h"

namespace oneway::test {
namespace {

// Without what depends on which shard comes first, and how often an idle joiner commits: the numbers of rows and
// commits.
std::multiset<std::string> Unnumbered(const std::string& text) {
  std::multiset<std::string> lines;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);) {
    if (line.starts_with("commit ")) continue;
    if (line.starts_with("row ")) line.erase(0, line.find(' ', 4));
    lines.insert(line);
  }
  return lines;
}

class GoldenFolderTest : public testing::Test {
 protected:
  GoldenFolderTest() {
    std::filesystem::copy(std::string(ONEWAY_GOLDEN_FOLDER) + "/data", copy_, std::filesystem::copy_options::recursive);
  }

  const TemporaryFolder folder_;
  const std::string copy_ = folder_.path() + "/data";
};

TEST_F(GoldenFolderTest, AFolderOfVersion1IsReadWhole) {
  const std::string expected = ReadFile(std::string(ONEWAY_GOLDEN_FOLDER) + "/expected.txt");
  ASSERT_NE(expected, "");
  EXPECT_EQ(DescribeGoldenFolder(copy_), expected);
}

TEST_F(GoldenFolderTest, TheGeneratorStillWritesTheSame) {
  const std::string fresh = folder_.path() + "/fresh";
  WriteGoldenFolder(fresh);
  EXPECT_EQ(Unnumbered(DescribeGoldenFolder(fresh)), Unnumbered(DescribeGoldenFolder(copy_)));
}

TEST_F(GoldenFolderTest, AFolderOfANewerFormatIsRefusedAndTheProgramToStartIsNamed) {
  const std::string path = copy_ + "/IDENTITY";
  std::string identity = ReadFile(path);
  identity = "format: 2\nwritten_by: oneway 7.0.0\n" + identity.substr(identity.find("joiner"));
  std::ofstream(path) << identity;
  const absl::Status status = journal::RocksDbStore::Open(journal::TestStoreOptions(copy_)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("has format 2, written by oneway 7.0.0"));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("start that program or a newer one"));
}

}  // namespace
}  // namespace oneway::test
