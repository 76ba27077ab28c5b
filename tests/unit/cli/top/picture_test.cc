// SPDX-License-Identifier: Apache-2.0
//
// Concern: the whole screen, line by line, for any size of it.
#include "cli/top/picture.h"

#include <gtest/gtest.h>

#include <iostream>

#include "cli/top/json.h"
#include "tests/unit/cli/top/snapshots.h"

namespace oneway::cli::top {
namespace {

using terminal::Key;
using terminal::ScreenSize;

constexpr ScreenSize kSize{.columns = 99, .rows = 7};
constexpr char kServer[] = "127.0.0.1:7100";

class PictureTest : public testing::Test {
 protected:
  std::string Shown(ScreenSize size = kSize) const { return Plain(LinesOf(known_, view_, size)); }
  // Characters, one after the other.
  void Type(const std::string& text) {
    for (const char character : text) view_.Press({.character = character}, ExtentOf(known_, view_, kSize));
  }
  // So many flows: flow-01, flow-02, ...
  void HaveFlows(size_t count) {
    known_.snapshot->flows.clear();
    for (size_t i = 1; i <= count; ++i) {
      known_.snapshot->flows.push_back({.name = (i < 10 ? "flow-0" : "flow-") + std::to_string(i)});
    }
  }

  Known known_{.server = kServer, .snapshot = ThreeFlows()};
  View view_{View::Options()};
};

TEST_F(PictureTest, ClusterFlowsAndKeys) {
  EXPECT_EQ(Shown(),
            "oneway top  127.0.0.1:7100  2 of 2 joiners  balance ok  window 1m  14:00:05\n"
            "flow   started/s  matched/s  open  oldest  overdue v    p50    p99   max  expired\n"
            "push        36.0       18.4   133   2m05s          7  932ms  1.99s  5.9s       19\n"
            "order        3.0        3.0     4   250ms          0  500ms  1.24s  1.3s        0\n"
            "task         0.1        0.0     1   4.81s          0      -      -     -        0\n"
            "\n"
            "flows 1 to 3 of 3  ? help  / filter  < > sort  w window  q quit\n");
}

TEST_F(PictureTest, TheColumnThatSortsIsMarkedWithItsDirection) {
  const auto header = [&] { return LinesOf(known_, view_, kSize)[1].Plain().substr(0, 38); };
  Type("f");
  EXPECT_EQ(header(), "flow ^  started/s  matched/s  open  ol");
  Type("r");
  EXPECT_EQ(header(), "flow v  started/s  matched/s  open  ol");
  Type("s");
  EXPECT_EQ(header(), "flow   started/s v  matched/s  open  o");
  Type("r");
  EXPECT_EQ(header(), "flow   started/s ^  matched/s  open  o");
}

TEST_F(PictureTest, AJoinerThatDoesNotAnswerIsNamed) {
  known_.snapshot->missing = {{.joiner = "joiner-1", .reason = "cannot be reached"}};
  const std::string shown = Shown({.columns = 60, .rows = 7});
  EXPECT_EQ(shown.substr(0, shown.find("flow ")),
            "oneway top  127.0.0.1:7100  1 of 2 joiners  balance ok in part  window 1m  14:00:05\n"
            "partial: joiner-1 cannot be reached; its part is missing\n"
            "  below\n");
}

TEST_F(PictureTest, AStartThatIsUnexplainedIsTold) {
  known_.snapshot->unexplained = 3;
  EXPECT_EQ(LinesOf(known_, view_, kSize)[0].Plain(),
            "oneway top  127.0.0.1:7100  2 of 2 joiners  balance: 3 unexplained  window 1m  14:00:05");
}

TEST_F(PictureTest, AServerThatIsGoneIsToldAboveWhatWasKnown) {
  known_.failure = "no Oneway partitioner answers at 127.0.0.1:7100";
  EXPECT_EQ(LinesOf(known_, view_, kSize)[1].Plain(),
            "no Oneway partitioner answers at 127.0.0.1:7100; trying again; what is below is of 14:00:05");
  known_.snapshot.reset();
  EXPECT_EQ(Shown({.columns = 99, .rows = 4}),
            "oneway top  127.0.0.1:7100\n"
            "no Oneway partitioner answers at 127.0.0.1:7100; trying again\n"
            "\n"
            "no flows  ? help  / filter  < > sort  w window  q quit\n");
}

TEST_F(PictureTest, AnAnswerThatTakesLongIsWaitedForAloud) {
  known_.unanswered = std::chrono::seconds(2);
  EXPECT_EQ(Shown().find("no answer"), std::string::npos);
  known_.unanswered = std::chrono::seconds(4);
  EXPECT_EQ(LinesOf(known_, view_, kSize)[1].Plain(), "no answer for 4s; what is below is of 14:00:05");
  known_.snapshot.reset();
  known_.unanswered = std::chrono::seconds(0);
  EXPECT_EQ(LinesOf(known_, view_, kSize)[1].Plain(), "waiting for the first answer");
}

TEST_F(PictureTest, NoFlowAtAllAndNoneThatFits) {
  Type("/zzz");
  EXPECT_EQ(Shown({.columns = 99, .rows = 4}),
            "oneway top  127.0.0.1:7100  2 of 2 joiners  balance ok  window 1m  14:00:05\n"
            "no flow has such a name\n"
            "\n"
            "only flows with: zzz_\n");
  view_.Press({.kind = Key::Kind::kEscape}, {});
  known_.snapshot->flows.clear();
  EXPECT_EQ(LinesOf(known_, view_, kSize)[1].Plain(), "no flow has been seen");
}

TEST_F(PictureTest, AFilterStandsInTheFooter) {
  Type("/sh");
  view_.Press({.kind = Key::Kind::kEnter}, {});
  const std::vector<terminal::Line> lines = LinesOf(known_, view_, kSize);
  EXPECT_EQ(lines[2].Plain().substr(0, 10), "push      ");
  EXPECT_EQ(lines[6].Plain().substr(0, 28), "flows 1 to 1 of 1 with \"sh\" ");
}

TEST_F(PictureTest, MoreFlowsThanFitAreScrolled) {
  HaveFlows(20);
  EXPECT_EQ(ExtentOf(known_, view_, kSize).fitting, 4u);
  view_.Press({.kind = Key::Kind::kPageDown}, ExtentOf(known_, view_, kSize));
  std::vector<terminal::Line> lines = LinesOf(known_, view_, kSize);
  EXPECT_EQ(lines[1].Plain().substr(0, 7), "flow   ");
  EXPECT_EQ(lines[2].Plain().substr(0, 7), "flow-05");
  EXPECT_EQ(lines[5].Plain().substr(0, 7), "flow-08");
  EXPECT_EQ(lines[6].Plain().substr(0, 18), "flows 5 to 8 of 20");
  view_.Press({.kind = Key::Kind::kEnd}, ExtentOf(known_, view_, kSize));
  lines = LinesOf(known_, view_, kSize);
  EXPECT_EQ(lines[5].Plain().substr(0, 7), "flow-20");
  // A larger screen has no empty lines where flows could stand.
  lines = LinesOf(known_, view_, {.columns = 99, .rows = 50});
  EXPECT_EQ(lines[2].Plain().substr(0, 7), "flow-01");
}

TEST_F(PictureTest, ANarrowScreenLeavesOutWhatTellsLeast) {
  EXPECT_EQ(LinesOf(known_, view_, {.columns = 75, .rows = 9})[1].Plain(),
            "flow   started/s  matched/s  open  oldest  overdue v    p50    p99  expired");
  EXPECT_EQ(LinesOf(known_, view_, {.columns = 50, .rows = 9})[1].Plain(),
            "flow   open  oldest  overdue v    p99  expired");
  EXPECT_EQ(LinesOf(known_, view_, {.columns = 10, .rows = 9})[1].Plain(), "flow   overdue v  expired");
  Type("x");
  EXPECT_EQ(LinesOf(known_, view_, {.columns = 10, .rows = 9})[1].Plain(), "flow   overdue  max v  expired");
}

TEST_F(PictureTest, WhereNoFlowFitsTheFooterSaysSo) {
  EXPECT_EQ(LinesOf(known_, view_, {.columns = 20, .rows = 2})[1].Plain().substr(0, 19), "no room for 3 flows");
}

TEST_F(PictureTest, ItFitsAnySize) {
  HaveFlows(30);
  known_.snapshot->missing = {{.joiner = "joiner-1", .reason = "cannot be reached at 127.0.0.1:7200"}};
  for (const bool helps : {false, true}) {
    if (helps) Type("?");
    for (size_t rows = 1; rows < 40; ++rows) {
      for (const size_t columns : {1, 10, 40, 200}) {
        EXPECT_EQ(LinesOf(known_, view_, {.columns = columns, .rows = rows}).size(), rows) << rows << "x" << columns;
      }
    }
  }
}

TEST_F(PictureTest, HelpTellsKeysAndColumns) {
  Type("?");
  const std::string shown = Shown({.columns = 79, .rows = 23});
  EXPECT_EQ(shown,
            "oneway top  127.0.0.1:7100  2 of 2 joiners  balance ok  window 1m  14:00:05\n"
            "Keys\n"
            "  a letter              sort by f flow, s started/s, m matched/s, o open, l\n"
            "                        oldest, d overdue, 5 p50, 9 p99, x max, e expired\n"
            "  < >                   sort by the column beside it\n"
            "  r                     the other way round\n"
            "  /                     only flows with this in their names; Esc: as before\n"
            "  Esc                   all flows again\n"
            "  w                     the next window: 1m, 5m, 1h, 24h, and the present\n"
            "                        minute besides\n"
            "  Up Down PgUp PgDn     scroll; so do Home and End\n"
            "  q, Ctrl-C             quit\n"
            "\n"
            "Columns\n"
            "  started/s, matched/s  since the look before; of the first look, over the\n"
            "                        window\n"
            "  open, oldest          keys that wait for their end now, and for how long the\n"
            "                        oldest has\n"
            "  overdue               open for longer than the flow's objective, or half its\n"
            "                        ttl; `oneway overdue` names them\n"
            "  p50, p99, max         how long those took that matched within the window\n"
            "  expired               got no end in time, within the window\n"
            "? closes the help  q quit\n");
}

TEST_F(PictureTest, WhatIsStuckIsRedAndWhatIsWellIsGreen) {
  const Console console{.in = std::cin, .out = std::cout, .err = std::cerr, .out_has_colours = true};
  const std::vector<terminal::Line> lines = LinesOf(known_, view_, kSize);
  EXPECT_NE(lines[0].Shown(99, console).find("\x1b[32mbalance ok\x1b[0m"), std::string::npos);
  EXPECT_NE(lines[2].Shown(99, console).find("\x1b[31m          7\x1b[0m"), std::string::npos);
  EXPECT_NE(lines[2].Shown(99, console).find("\x1b[33m       19\x1b[0m"), std::string::npos);
  EXPECT_EQ(lines[3].Shown(99, console), lines[3].Plain());
}

TEST_F(PictureTest, ABlockForLogsHasAllFlowsAndAllColumns) {
  HaveFlows(2);
  known_.snapshot->missing = {{.joiner = "joiner-1", .reason = "cannot be reached"}};
  EXPECT_EQ(Plain(BlockOf(*known_.snapshot, kServer, view_)),
            "oneway top  127.0.0.1:7100  1 of 2 joiners  balance ok in part  window 1m  14:00:05\n"
            "partial: joiner-1 cannot be reached; its part is missing below\n"
            "flow     started/s  matched/s  open  oldest  overdue v  p50  p99  max  expired\n"
            "flow-01          -          -     0       -          0    -    -    -        0\n"
            "flow-02          -          -     0       -          0    -    -    -        0\n");
}

TEST(JsonTest, ASnapshotForPrograms) {
  Snapshot snapshot = ThreeFlows();
  snapshot.at = FromUnixNanos(1'772'373'605'000'000'000);
  snapshot.missing = {{.joiner = "joiner-1", .reason = "cannot be \"reached\""}};
  EXPECT_EQ(JsonOf(snapshot, View({.filter = "order"})),
            R"({"at":"2026-03-01T14:00:05.000000000Z","window":"1m","joiners":2,"unexplained":0,)"
            R"("flows":[{"flow":"order","started_per_second":3,"matched_per_second":2.95,)"
            R"("open":4,"oldest_open_seconds":0.25,"overdue":0,"samples":177,"p50_seconds":0.5,"p99_seconds":1.24,)"
            R"("max_seconds":1.3,"expired":0}],"missing":[{"joiner":"joiner-1","reason":"cannot be \"reached\""}]})");
}

}  // namespace
}  // namespace oneway::cli::top
