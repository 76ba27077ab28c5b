// SPDX-License-Identifier: Apache-2.0
#include "cli/demo/result.h"

#include <gtest/gtest.h>

#include "tests/unit/cli/demo/snapshots.h"

namespace oneway::cli::demo {
namespace {

constexpr Durations kOwn{.tasks = 5, .mean_seconds = 3.25};

// As TwoFlows, with its tasks done.
Snapshot TasksDone() {
  Snapshot snapshot = TwoFlows();
  Flow& task = snapshot.flows[1];
  task.matched = 5;
  task.open = 0;
  task.mean_seconds = 3.25;
  snapshot.balance.matched += 5;
  snapshot.balance.open -= 5;
  return snapshot;
}

TEST(DemoResultTest, OneObjectForPrograms) {
  Snapshot last = TwoFlows();
  last.restarts = 1;
  EXPECT_EQ(JsonOf(last),
            R"({"flows":{"push":{"started":812,"matched":700,"expired":12,"extra":3,"open":100,)"
            R"("mean_seconds":0.75,"p50_seconds":0.5,"p99_seconds":3.5},)"
            R"("task":{"started":5,"matched":0,"expired":0,"extra":0,"open":5,)"
            R"("mean_seconds":0,"p50_seconds":0,"p99_seconds":0}},)"
            R"("balance":{"started":817,"matched":700,"expired":12,"superseded":0,"open":105,"unexplained":0},)"
            R"("restarts":1})");
}

TEST(DemoResultTest, TheEquationForPeople) {
  Snapshot last = TasksDone();
  EXPECT_EQ(Plain(SummaryOf(last, kOwn)),
            "the task application itself measured 5 tasks, mean 3.250000 s; Oneway 5 tasks, mean 3.250000 s\n"
            "started 817 = matched 705 + expired 12 + superseded 0 + open 100\n"
            "balanced: every start is accounted for\n");
  last.restarts = 1;
  EXPECT_EQ(Plain(SummaryOf(last, kOwn)),
            "the task application itself measured 5 tasks, mean 3.250000 s; Oneway 5 tasks, mean 3.250000 s\n"
            "started 817 = matched 705 + expired 12 + superseded 0 + open 100\n"
            "balanced: every start is accounted for, and a joiner was killed and restarted once\n");
}

TEST(DemoResultTest, TasksThatDifferInNumberAreNotedAndNoneAreLeftOut) {
  EXPECT_EQ(Plain(SummaryOf(TwoFlows(), kOwn)),
            "the task application itself measured 5 tasks, mean 3.250000 s; Oneway 0 tasks, mean 0.000000 s\n"
            "these are not the same tasks: Oneway has closed not all, or not only those\n"
            "started 817 = matched 700 + expired 12 + superseded 0 + open 105\n"
            "balanced: every start is accounted for\n");
  Snapshot without = TwoFlows();
  without.flows[1] = {.name = "task"};
  without.balance.started -= 5;
  without.balance.open -= 5;
  EXPECT_EQ(Plain(SummaryOf(without, Durations())),
            "started 812 = matched 700 + expired 12 + superseded 0 + open 100\n"
            "balanced: every start is accounted for\n");
}

TEST(DemoResultTest, WhatIsUnexplainedIsABug) {
  Snapshot last = TasksDone();
  last.missing = {"joiner-1 cannot be reached"};
  last.balance.unexplained = 3;
  EXPECT_EQ(Plain(SummaryOf(last, kOwn)),
            "the task application itself measured 5 tasks, mean 3.250000 s; Oneway 5 tasks, mean 3.250000 s\n"
            "started 817 = matched 705 + expired 12 + superseded 0 + open 100\n"
            "joiner-1 cannot be reached: its part is missing above\n"
            "3 unexplained: this is a bug in Oneway; please report it\n");
}

}  // namespace
}  // namespace oneway::cli::demo
