// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <tuple>

#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class BalanceTest : public VerbTest {
 protected:
  BalanceTest() {
    v1::FlowBalance& push = *query_.balance.add_flows();
    push.set_flow("push");
    push.set_started(10);
    push.set_matched(6);
    push.set_expired(2);
    push.set_superseded(1);
    push.set_open(1);
    *query_.balance.mutable_total() = push;
    query_.balance.mutable_total()->clear_flow();
  }

  void AddIncarnations() {
    const std::tuple<const char*, uint64_t, uint64_t> joiners[] = {{"joiner-0", 1, 977}, {"joiner-1", 14, 3}};
    for (const auto& [name, incarnation, commit] : joiners) {
      v1::JoinerIncarnation& joiner = *query_.balance.add_incarnations();
      joiner.set_joiner(name);
      joiner.set_incarnation(incarnation);
      joiner.mutable_mark()->set_commit(commit);
    }
  }
};

TEST_F(BalanceTest, ABalancedClusterIsFine) {
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_EQ(out_.str(),
            "flow   started  matched  expired  superseded  open  unexplained\n"
            "push        10        6        2           1     1            0\n"
            "total       10        6        2           1     1            0\n"
            "balanced: every start is accounted for\n");
}

TEST_F(BalanceTest, HowOftenEachJoinerWasStartedIsShown) {
  AddIncarnations();
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("total       10        6        2           1     1            0\n"
                                    "\n"
                                    "joiner    incarnation  commit\n"
                                    "joiner-0            1     977\n"
                                    "joiner-1           14       3\n"
                                    "\n"
                                    "balanced: every start is accounted for\n"));
}

TEST_F(BalanceTest, AnUnexplainedStartIsAFinding) {
  query_.balance.mutable_total()->set_unexplained(2);
  EXPECT_EQ(Run({"balance"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("2 unexplained"));
  AddMissing(*query_.balance.mutable_missing());
  EXPECT_EQ(Run({"balance"}), 1);
}

TEST_F(BalanceTest, APartialBalanceIsNoVerdict) {
  AddMissing(*query_.balance.mutable_missing());
  EXPECT_EQ(Run({"balance"}), 2);
  EXPECT_THAT(out_.str(), Not(HasSubstr("every start")));
  EXPECT_THAT(err_.str(), HasSubstr("joiner-1"));
}

TEST_F(BalanceTest, AsJson) {
  AddIncarnations();
  EXPECT_EQ(Run({"balance", "--json"}), 0);
  EXPECT_EQ(out_.str(),
            R"({"started":10,"matched":6,"expired":2,"superseded":1,"open":1,"unexplained":0,"flows":[{"flow":"push",)"
            R"("started":10,"matched":6,"expired":2,"superseded":1,"open":1,"unexplained":0}],"joiners":[)"
            R"({"name":"joiner-0","incarnation":1,"commit":977},{"name":"joiner-1","incarnation":14,"commit":3}],)"
            R"("missing":[]})"
            "\n");
}

TEST_F(BalanceTest, ColoursAreForTerminals) {
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
  console_.out_has_colours = true;
  EXPECT_EQ(Run({"balance"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\x1b[32mbalanced"));
}

}  // namespace
}  // namespace oneway::cli
