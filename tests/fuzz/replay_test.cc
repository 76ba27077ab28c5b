// SPDX-License-Identifier: Apache-2.0
//
// Feeds the seeds of a target and every file of its corpus through it: what a fuzzer once found stays found.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

std::vector<std::filesystem::path> CorpusFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(ONEWAY_FUZZ_CORPUS)) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string ContentOf(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

TEST(Replay, TheProductTakesWhatItsOwnEncodersMade) {
  const std::vector<Seed> seeds = Seeds();
  ASSERT_FALSE(seeds.empty());
  for (const Seed& seed : seeds) EXPECT_TRUE(Try(seed.input)) << "seed " << seed.name;
}

TEST(Replay, EachFileOfTheCorpusHoldsWhatTheTargetAsks) {
  const std::vector<std::filesystem::path> files = CorpusFiles();
  ASSERT_FALSE(files.empty()) << "nothing in " << ONEWAY_FUZZ_CORPUS;
  size_t taken = 0;
  for (const std::filesystem::path& path : files) {
    // A broken property stops the process: the last file named is the one.
    std::cout << "  " << path.filename().string() << std::endl;
    taken += Try(ContentOf(path)) ? 1 : 0;
  }
  EXPECT_GT(taken, 0u) << "all of the corpus is refused: it tries no decoder beyond its first check";
}

TEST(Replay, NothingAndRubbishAreRefused) {
  EXPECT_FALSE(Try(""));
  EXPECT_FALSE(Try(std::string(64, '\xff')));
}

}  // namespace
}  // namespace oneway::fuzz
