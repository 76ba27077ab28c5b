// SPDX-License-Identifier: Apache-2.0
//
// Concern: a scrape shows the joiner as of its last durable commit.
#include "joiner/report/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "joiner/report/exemplars.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class JoinerMetricsTest : public testing::Test {
 protected:
  std::string Scrape() { return ScrapeOf(joiner_); }
  std::string ScrapeOf(JoinerHarness& joiner) {
    observe::Exposition exposition;
    EXPECT_TRUE(report::WriteMetrics(SourcesOf(joiner), exposition));
    return exposition.Text();
  }

  report::MetricSources SourcesOf(JoinerHarness& joiner) {
    return {.clock = clock_,
            .dictionary = joiner.core().dictionary(),
            .committer = joiner.committer(),
            .ingest = {.frames = 3, .events = 12, .refused = 1, .streams = 2},
            .recovery = joiner.core().recovery(),
            .reload = {.failures = 2, .successful = false, .at = Time(std::chrono::seconds(1'700'000'123))}};
  }

  time::FakeClock clock_;
  journal::MemoryStore store_{std::make_shared<journal::MemoryDisk>()};
  JoinerHarness joiner_{JoinerHarness::OptionsFor({}), clock_, store_};
};

TEST_F(JoinerMetricsTest, FlowsAreCountedAndMeasured) {
  joiner_.SendAndWait({Start("a", 0s), End("a", 3s), Start("b", 0s)});
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("oneway_started_total{flow=\"push\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("oneway_matched_total{flow=\"push\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_open{flow=\"push\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_latency_seconds_bucket{flow=\"push\",le=\"2\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("oneway_latency_seconds_bucket{flow=\"push\",le=\"4\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_latency_seconds_sum{flow=\"push\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("oneway_joiner_open_keys 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_journal_live_rows 2\n"));
}

TEST_F(JoinerMetricsTest, ObjectivesAreToldWithWhatMetThem) {
  EXPECT_THAT(Scrape(), Not(HasSubstr("oneway_slo_"))) << "the flow has none";
  const auto disk = std::make_shared<journal::MemoryDisk>();
  flow::Rules rules;
  rules.objective = flow::Objective{.under = 2500ms, .target = 0.999};
  {
    journal::MemoryStore store(disk);
    JoinerHarness joiner(JoinerHarness::OptionsFor(rules), clock_, store);
    EXPECT_THAT(ScrapeOf(joiner), HasSubstr("oneway_slo_valid_total{flow=\"push\"} 0\n"));
    joiner.SendAndWait({Start("a", 0s), End("a", 1s), Start("b", 0s), End("b", 3s), Start("c", 0s)});
    const std::string text = ScrapeOf(joiner);
    EXPECT_THAT(text, HasSubstr("oneway_slo_good_total{flow=\"push\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("oneway_slo_valid_total{flow=\"push\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("oneway_objective_seconds{flow=\"push\"} 2.5\n"));
    EXPECT_THAT(text, HasSubstr("oneway_objective_ratio{flow=\"push\"} 0.999\n"));
  }
  // After a restart without an objective the counters are still there.
  journal::MemoryStore store(disk);
  JoinerHarness joiner(JoinerHarness::OptionsFor({}), clock_, store);
  const std::string text = ScrapeOf(joiner);
  EXPECT_THAT(text, HasSubstr("oneway_slo_good_total{flow=\"push\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_slo_valid_total{flow=\"push\"} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("oneway_objective_")));
}

TEST_F(JoinerMetricsTest, ExemplarsShowTheKeysBehindLatencies) {
  flow::Rules rules;
  rules.exemplars = flow::Exemplars::kKey;
  journal::MemoryStore store(std::make_shared<journal::MemoryDisk>());
  JoinerHarness joiner(JoinerHarness::OptionsFor(rules), clock_, store);
  joiner.SendAndWait({Start("slow", 0s), End("slow", 3s)});
  observe::Exposition exposition;
  ASSERT_TRUE(report::WriteMetrics(SourcesOf(joiner), exposition));
  EXPECT_THAT(exposition.Protobuf(), HasSubstr("slow"));
  EXPECT_THAT(exposition.Text(), Not(HasSubstr("slow"))) << "that form has no exemplars";
}

TEST(ReportedExemplarTest, AKeyThatPrometheusWouldNotTakeIsToldByItsFingerprint) {
  const auto labels_of = [](std::string_view key) {
    ledger::Exemplars exemplars;
    exemplars.Put({.latency = 1s, .fingerprint = {.high = 0xAB, .low = 1}, .key = key});
    return report::ToObserved(exemplars.Of(flow::FlowId{0}).at(0)).labels;
  };
  const observe::Labels fingerprint = {{"fingerprint", "00000000000000ab0000000000000001"}};
  EXPECT_EQ(labels_of("push-7"), (observe::Labels{{"key", "push-7"}}));
  EXPECT_EQ(labels_of(""), fingerprint);
  EXPECT_EQ(labels_of(std::string(125, 'k')), (observe::Labels{{"key", std::string(125, 'k')}}));
  EXPECT_EQ(labels_of(std::string(126, 'k')), fingerprint);
  EXPECT_EQ(labels_of("\xFF"), (observe::Labels{{"key", "\\xff"}}));
  EXPECT_EQ(labels_of(std::string(32, '\xFF')), fingerprint) << "as \\xff it is longer than 125 characters";
}

TEST_F(JoinerMetricsTest, WhatIsOfFanoutsAloneIsThereAndZeroForPairs) {
  joiner_.SendAndWait({Start("a", 0s), End("a", 3s)});
  const std::string text = Scrape();
  for (const char* name : {"late_part_total", "empty_total", "excess_part_total", "completion_seconds_count"}) {
    EXPECT_THAT(text, HasSubstr("oneway_" + std::string(name) + "{flow=\"push\"} 0\n"));
  }
}

TEST_F(JoinerMetricsTest, StagesAreCountedAndMeasuredByName) {
  joiner_.SendAndWait({Start("a", 0s), Stage("a", "queued", 3s), Start("b", 0s), Stage("b", "queued", 1s),
                       Stage("b", "sent", 5s), End("b", 6s), Stage("b", "read", 7s)});
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("oneway_stage_total{flow=\"push\",stage=\"queued\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("oneway_stage_seconds_sum{flow=\"push\",stage=\"queued\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("oneway_stage_seconds_bucket{flow=\"push\",stage=\"sent\",le=\"4\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("oneway_late_stage_total{flow=\"push\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("stage=\"read\"")));
}

TEST_F(JoinerMetricsTest, SeriesAreToldAndWhatOverflows) {
  const auto disk = std::make_shared<journal::MemoryDisk>();
  journal::MemoryStore store(disk);
  flow::Rules rules;
  rules.labels = {"os"};
  rules.max_series = 2;
  JoinerHarness joiner(JoinerHarness::OptionsFor(rules), clock_, store);
  EXPECT_THAT(ScrapeOf(joiner), HasSubstr("oneway_series{flow=\"push\"} 0\n"));
  for (const char* os : {"ios", "android", "web", "tv"}) {
    TestEvent start = Start(os, 0s);
    start.labels = {{"os", os}};
    joiner.SendAndWait({start});
  }
  joiner.SendAndWait({End("ios", 1s), End("tv", 1s)});
  const std::string text = ScrapeOf(joiner);
  EXPECT_THAT(text, HasSubstr("oneway_series{flow=\"push\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("oneway_overflow_started_total{flow=\"push\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("oneway_overflow_matched_total{flow=\"push\"} 1\n"));
}

TEST_F(JoinerMetricsTest, ARestartIsANewIncarnation) {
  const auto disk = std::make_shared<journal::MemoryDisk>();
  for (const std::string incarnation : {"1", "2", "3"}) {
    journal::MemoryStore store(disk);
    JoinerHarness joiner(JoinerHarness::OptionsFor({}), clock_, store);
    EXPECT_THAT(ScrapeOf(joiner), HasSubstr("oneway_joiner_incarnation " + incarnation + "\n"));
  }
}

TEST_F(JoinerMetricsTest, WhatComesInHasNamesOfItsOwn) {
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("oneway_joiner_frames_total 3\n"));
  EXPECT_THAT(text, HasSubstr("oneway_joiner_events_total 12\n"));
  EXPECT_THAT(text, HasSubstr("oneway_joiner_refused_events_total 1\n"));
  EXPECT_THAT(text, HasSubstr("oneway_joiner_streams 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("oneway_ingest"))) << "those are the partitioner's";
}

TEST_F(JoinerMetricsTest, AReloadThatFailedShows) {
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("oneway_config_reload_failures_total 2\n"));
  EXPECT_THAT(text, HasSubstr("oneway_config_last_reload_successful 0\n"));
  EXPECT_THAT(text, HasSubstr("oneway_config_last_reload_timestamp_seconds 1700000123\n"));
}

TEST_F(JoinerMetricsTest, AJumpOfTheWallClockShows) {
  EXPECT_THAT(Scrape(), HasSubstr("oneway_joiner_clock_alarmed 0\n"));
  clock_.WallJumps(10min);
  EXPECT_THAT(Scrape(), HasSubstr("oneway_joiner_clock_alarmed 1\n"));
}

TEST_F(JoinerMetricsTest, NothingIsWrittenWhileTheDiskStalls) {
  store_.HoldCommits();
  auto held = joiner_.Send({Start("a", 0s)});
  store_.WaitUntilHeld();
  observe::Exposition exposition;
  EXPECT_FALSE(report::WriteMetrics(SourcesOf(joiner_), exposition));
  EXPECT_EQ(exposition.Text(), "");
  store_.ReleaseAll();
  held.get();
}

}  // namespace
}  // namespace oneway::test
