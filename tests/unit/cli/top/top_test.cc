// SPDX-License-Identifier: Apache-2.0
//
// Concern: the verb where standard output is no terminal: what it asks, what it tells, and the exit code.
#include "cli/top.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class TopTest : public VerbTest {
 protected:
  TopTest() {
    v1::FlowStats& flow = *query_.stats.add_flows();
    flow.set_flow("push");
    flow.set_open(2);
    flow.set_oldest_open_seconds(65);
    flow.set_started_per_second(1.5);
    v1::FlowOverdue& overdue = *query_.overdue.add_flows();
    overdue.set_flow("push");
    overdue.set_count(1);
    query_.overdue.set_count(1);
    query_.balance.set_joiners(1);
  }

  size_t LinesTold() const {
    const std::string text = out_.str();
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

TEST_F(TopTest, OnceIsOneTable) {
  EXPECT_EQ(Run({"top", "--once"}), 0);
  EXPECT_THAT(out_.str(), StartsWith("oneway top  " + server_->target() + "  1 of 1 joiner  balance ok  window 1m  "));
  EXPECT_THAT(out_.str(), HasSubstr("\nflow  started/s  matched/s  open  oldest  overdue v  p50  p99  max  expired\n"
                                    "push        1.5        0.0     2   1m05s          1    -    -    -        0\n"));
  EXPECT_EQ(LinesTold(), 3u);
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(query_.overdue_request.limit(), 1u);
  EXPECT_EQ(query_.overdue_request.min_age_seconds(), 0);
}

TEST_F(TopTest, FlagsSortFilterAndChooseTheWindow) {
  query_.stats.add_flows()->set_flow("task");
  query_.stats.add_flows()->set_flow("tally");
  EXPECT_EQ(Run({"top", "--once", "--sort", "flow", "--reverse", "--filter", "ta", "--window", "1h"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("  window 1h  "));
  EXPECT_THAT(out_.str(), HasSubstr("\nflow v "));
  EXPECT_THAT(out_.str(), Not(HasSubstr("push")));
  EXPECT_LT(out_.str().find("\ntask"), out_.str().find("\ntally"));
}

TEST_F(TopTest, UnknownColumnsAndWindowsAreAWrongCommandLine) {
  EXPECT_EQ(Run({"top", "--once", "--sort", "balance"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("overdue"));
  EXPECT_EQ(Run({"top", "--once", "--window", "2m"}), 64);
  EXPECT_EQ(Run({"top", "--once", "--every", "1ms"}), 64);
}

TEST_F(TopTest, OnceSaysWhoIsMissing) {
  AddMissing(*query_.stats.mutable_missing());
  AddMissing(*query_.balance.mutable_missing());
  EXPECT_EQ(Run({"top", "--once"}), 2);
  EXPECT_THAT(out_.str(), HasSubstr("  1 of 2 joiners  balance ok in part  "));
  EXPECT_THAT(out_.str(), HasSubstr("\npartial: joiner-1 connection refused; its part is missing below\n"));
  EXPECT_EQ(err_.str(), "oneway: joiner joiner-1 did not answer (connection refused); its part is missing\n");
}

TEST_F(TopTest, NobodyAnswersOnceOrAtAll) {
  StopServer();
  EXPECT_EQ(Run({"top", "--once"}), 2);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("no Oneway partitioner answers"));
  EXPECT_EQ(Run({"top", "--for", "300ms", "--every", "100ms"}), 2);
  const std::string told = err_.str();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << "told once, and not at each look";
}

TEST_F(TopTest, ForSoLongATableForEachLook) {
  EXPECT_EQ(Run({"top", "--for", "2s", "--every", "100ms"}), 0);
  EXPECT_GE(LinesTold(), 7u) << out_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\n\noneway top  "));
}

TEST_F(TopTest, AJoinerThatIsMissingForAWhileIsNoFailure) {
  AddMissing(*query_.stats.mutable_missing());
  EXPECT_EQ(Run({"top", "--for", "1s", "--every", "100ms", "--json"}), 0);
  const std::string told = err_.str();
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << "told once, and not at each look";
  EXPECT_THAT(out_.str(), HasSubstr(R"("missing":[{"joiner":"joiner-1","reason":"connection refused"}]})"));
}

TEST_F(TopTest, AsJson) {
  EXPECT_EQ(Run({"top", "--once", "--json"}), 0);
  EXPECT_EQ(LinesTold(), 1u);
  EXPECT_THAT(out_.str(), StartsWith(R"({"at":"2)"));
  EXPECT_THAT(out_.str(), HasSubstr(R"("flows":[{"flow":"push","started_per_second":1.5,)"));
}

}  // namespace
}  // namespace oneway::cli
