// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/page.h"

#include <gtest/gtest.h>

#include "cli/demo/schedule.h"
#include "tests/unit/cli/demo/snapshots.h"

namespace oneway::cli::demo {
namespace {

constexpr size_t kManyLines = 100;

Page APage() {
  return {.run = std::chrono::seconds(60),
          .now = TwoFlows(),
          .rates = {{.started = 40, .matched = 0}, {.started = 4, .matched = 4}},
          .incidents = {"20 s: gateway apns was stopped for 5 s: open and oldest of push move at once"},
          .browser_url = "http://127.0.0.1:7101/",
          .commands = {"oneway balance --server 127.0.0.1:7100"}};
}

TEST(DemoPageTest, TitleTableStoryAndCommands) {
  EXPECT_EQ(Plain(LinesOf(APage(), 100, kManyLines)),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push       40.0        0.0   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task        4.0        4.0     5    1.2s      -      -      -     -        0       ok\n"
            "\n"
            "20 s: gateway apns was stopped for 5 s: open and oldest of push move at once\n"
            "\n"
            "In a browser: http://127.0.0.1:7101/\n"
            "Try in another terminal:\n"
            "  oneway balance --server 127.0.0.1:7100\n");
}

TEST(DemoPageTest, WithoutAStoryThereIsNoRoomForIt) {
  Page page = APage();
  page.incidents.clear();
  page.now.flows.clear();
  page.rates.clear();
  EXPECT_EQ(Plain(LinesOf(page, 100, kManyLines)),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest  mean  p50  p95  p99  expired  balance\n"
            "\n"
            "In a browser: http://127.0.0.1:7101/\n"
            "Try in another terminal:\n"
            "  oneway balance --server 127.0.0.1:7100\n");
}

TEST(DemoPageTest, ACommandThatIsTooLongIsOneForTheShellAllTheSame) {
  Page page = APage();
  page.commands = {"build/oneway get push $id --server 127.0.0.1:7100"};
  const std::string shown = Plain(LinesOf(page, 40, kManyLines));
  EXPECT_EQ(shown.substr(shown.find("Try")),
            "Try in another terminal:\n"
            "  build/oneway get push $id --server \\\n"
            "    127.0.0.1:7100\n");
}

// As on a terminal of 60 columns and 24 rows, when all has happened.
TEST(DemoPageTest, OnASmallTerminalTheLastIncidentsAndTheCommandsFit) {
  Page page = APage();
  for (const char* name : {"message-delivery", "seen-receipt", "typing-indicator"}) {
    page.now.flows.push_back({.name = name, .started = 812, .matched = 800, .open = 12});
  }
  page.incidents.clear();
  for (const Incident& incident : ScheduleOf(page.run)) page.incidents.push_back(Told(incident, page.run));
  const std::string tool = "build/release/cli/oneway";
  const std::string server = " --server 127.0.0.1:40123";
  page.commands = {tool + " stats" + server, tool + " balance" + server,
                   "id=$(curl -s -d hello 'http://127.0.0.1:40125/messages?from=me&to=you')",
                   tool + " get push $id" + server, "curl -s http://127.0.0.1:40124/metrics"};
  const std::vector<terminal::Line> lines = LinesOf(page, 59, 23);
  EXPECT_LE(lines.size(), 23u);
  for (const terminal::Line& line : lines) EXPECT_LE(line.Plain().size(), 59u) << line.Plain();
  EXPECT_EQ(Plain(lines),
            "oneway demo  20 s of 60 s\n"
            "flow              open  oldest   p99  expired  balance\n"
            "push               100   4.81s  3.5s       12       ok\n"
            "task                 5    1.2s     -        0       ok\n"
            "message-delivery    12     0ns     -        0       ok\n"
            "seen-receipt        12     0ns     -        0       ok\n"
            "typing-indicator    12     0ns     -        0       ok\n"
            "\n"
            "40 s: joiner-1 was killed (SIGKILL): its half of the keys\n"
            "  waits, in the partitioner and in the programs\n"
            "42 s: joiner-1 was started again on its folder: all it\n"
            "  acked is there, the rest is sent again, see balance\n"
            "\n"
            "In a browser: http://127.0.0.1:7101/\n"
            "Try in another terminal:\n"
            "  build/release/cli/oneway stats --server 127.0.0.1:40123\n"
            "  build/release/cli/oneway balance --server \\\n"
            "    127.0.0.1:40123\n"
            "  id=$(curl -s -d hello \\\n"
            "    'http://127.0.0.1:40125/messages?from=me&to=you')\n"
            "  build/release/cli/oneway get push $id --server \\\n"
            "    127.0.0.1:40123\n"
            "  curl -s http://127.0.0.1:40124/metrics\n");
}

TEST(DemoPageTest, OfTheLastIncidentAsMuchAsFits) {
  Page page = APage();
  page.incidents = {"10 s: an earlier one", "20 s: a sentence that needs more than a single line of so few columns"};
  const std::string shown = Plain(LinesOf(page, 40, 11));
  EXPECT_EQ(shown.substr(shown.find("\n\n")),
            "\n\n20 s: a sentence that needs more than a\n"
            "\n"
            "In a browser: http://127.0.0.1:7101/\n"
            "Try in another terminal:\n"
            "  oneway balance --server \\\n"
            "    127.0.0.1:7100\n");
}

TEST(DemoPageTest, ABlockForLogsHasAllColumns) {
  EXPECT_EQ(Plain(BlockOf(APage())),
            "oneway demo  20 s of 60 s\n"
            "flow  started/s  matched/s  open  oldest   mean    p50    p95   p99  expired  balance\n"
            "push       40.0        0.0   100   4.81s  750ms  500ms  1.24s  3.5s       12       ok\n"
            "task        4.0        4.0     5    1.2s      -      -      -     -        0       ok\n");
}

}  // namespace
}  // namespace oneway::cli::demo
