// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/run/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace oneway::test::crash {
namespace {

CycleResult Result(uint32_t cycle, const std::string& fault) {
  return {.seed = 7, .cycle = cycle, .fault = fault, .flows = 100, .acked = 250, .uncertain = 2, .seconds = 3.25};
}

TEST(ResultsTest, WhatWasAppendedIsReadBack) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/results.jsonl";
  AppendResult(path, Result(1, "joiner-kill"));
  AppendResult(path, Result(2, kLastLook));
  const auto results = ReadResults(path);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 2u);
  EXPECT_EQ(ToJson((*results)[0]), ToJson(Result(1, "joiner-kill")));
  EXPECT_EQ(ToJson((*results)[1]), ToJson(Result(2, kLastLook)));
}

TEST(ResultsTest, WithoutAFileThereAreNoneAndAStrangeLineIsAnError) {
  TemporaryFolder folder;
  const std::string path = folder.path() + "/results.jsonl";
  EXPECT_TRUE(ReadResults(path)->empty());
  std::ofstream(path) << "{\"seed\": 7}\n";
  EXPECT_FALSE(ReadResults(path).ok());
}

TEST(ResultsTest, TheLastLookIsNoCycleButItsFindingsCount) {
  CycleResult last = Result(2, kLastLook);
  last.doubled = 4;
  EXPECT_EQ(ToJson(TotalsOf({Result(1, "joiner-kill"), Result(2, "link-cut"), last})),
            "{\"cycles\": 2, \"acked\": 750, \"lost\": 0, \"doubled\": 4, \"unexplained\": 0}");
}

TEST(ResultsTest, TheTableHasARowForEachFaultAndOneForAll) {
  EXPECT_EQ(TableOf({Result(1, "link-cut"), Result(2, "joiner-kill"), Result(3, "link-cut")}),
            "| fault | cycles | s each | flows | events acked | without answer | lost | doubled | unexplained |\n"
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            "| joiner-kill | 1 | 3.2 | 100 | 250 | 2 | 0 | 0 | 0 |\n"
            "| link-cut | 2 | 3.2 | 200 | 500 | 4 | 0 | 0 | 0 |\n"
            "| all | 3 | 3.2 | 300 | 750 | 6 | 0 | 0 | 0 |\n");
}

}  // namespace
}  // namespace oneway::test::crash
