// SPDX-License-Identifier: Apache-2.0
//
// Concern: real records. An excerpt of a package manager's log goes through the documented converter and `oneway send`;
// every line is accounted for, and counts, mean and percentiles are those that a direct computation gives.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process/cluster.h"
#include "tests/support/read_file.h"

namespace oneway::test {
namespace {

constexpr char kFlow[] = "dpkg";

struct Line {
  std::string key;
  bool is_end = false;
  int64_t nanos = 0;
};

// What the lines mean, worked out one after the other without any of the product's code.
struct Expectation {
  uint64_t started = 0, matched = 0, duplicate = 0, repeated_start = 0, reused_key = 0, extra_end = 0, waiting = 0;
  std::vector<int64_t> latencies;

  uint64_t Lines() const {  // an end that matched is a line, as is each of the others
    return started + matched + duplicate + repeated_start + reused_key + extra_end + waiting;
  }
};

struct KeyLife {
  std::optional<int64_t> start;
  std::optional<int64_t> end;  // the one that matched
  std::set<int64_t> waiting;   // ends without a start so far
};

void ApplyEnd(int64_t end, KeyLife& life, Expectation& expected) {
  if (!life.start) {
    ++(life.waiting.insert(end).second ? expected.waiting : expected.duplicate);
  } else if (!life.end) {
    life.end = end;
    ++expected.matched;
    expected.latencies.push_back(end - *life.start);
  } else {
    ++(*life.end == end ? expected.duplicate : expected.extra_end);
  }
}

void ApplyStart(int64_t start, KeyLife& life, Expectation& expected) {
  if (life.start) {
    ++(*life.start == start ? expected.duplicate : life.end ? expected.reused_key : expected.repeated_start);
    return;
  }
  life.start = start;
  ++expected.started;
  if (life.waiting.empty()) return;
  expected.waiting -= life.waiting.size();
  expected.extra_end += life.waiting.size() - 1;
  ++expected.matched;
  life.end = *life.waiting.begin();
  expected.latencies.push_back(*life.end - start);
}

void Apply(const Line& line, KeyLife& life, Expectation& expected) {
  if (line.is_end) {
    ApplyEnd(line.nanos, life, expected);
  } else {
    ApplyStart(line.nanos, life, expected);
  }
}

Expectation ExpectationOf(const std::vector<Line>& lines) {
  Expectation expected;
  std::map<std::string, KeyLife> lives;
  for (const Line& line : lines) Apply(line, lives[line.key], expected);
  std::sort(expected.latencies.begin(), expected.latencies.end());
  return expected;
}

double NearestRankSeconds(const std::vector<int64_t>& sorted, double quantile) {
  const auto rank = static_cast<size_t>(std::ceil(quantile * static_cast<double>(sorted.size())));
  return static_cast<double>(sorted[std::max<size_t>(rank, 1) - 1]) * 1e-9;
}

class PackageLogTest : public testing::Test {
 protected:
  PackageLogTest() : cluster_({.partitioners = 1, .joiners = 2}) {}

  // Seconds to add to the log's times so that its last line is a few seconds ago.
  static int64_t ShiftToNow() {
    const std::string log = ReadFile(ONEWAY_PACKAGE_LOG);
    const size_t last = log.rfind('\n', log.size() - 2) + 1;
    std::tm time{};
    EXPECT_NE(strptime(log.c_str() + last, "%Y-%m-%d %H:%M:%S", &time), nullptr);
    return std::time(nullptr) - timegm(&time) - 5;
  }

  // Runs `command` in a shell; its exit code. Output goes to `output` in the cluster's folder.
  int Shell(const std::string& command, const std::string& output) {
    const auto shell =
        process::ChildProcess::Start({.command = {"/bin/sh", "-c", command}, .log_path = PathOf(output)});
    EXPECT_TRUE(shell.ok()) << shell.status();
    const std::optional<int> exit = shell.ok() ? (*shell)->Wait(std::chrono::seconds(60)) : std::nullopt;
    EXPECT_TRUE(exit.has_value()) << command;
    return exit.value_or(-1);
  }
  std::string PathOf(const std::string& name) const { return cluster_.folder() + "/" + name; }

  std::vector<Line> Convert() {
    std::ostringstream command;
    command << "TZ=UTC " << ONEWAY_PACKAGE_LOG_CONVERTER << " " << ShiftToNow() << " <" << ONEWAY_PACKAGE_LOG;
    EXPECT_EQ(Shell(command.str(), "events.ndjson"), 0);
    static const std::regex kPattern(R"re("key":"([^"]+)","kind":"(start|end)","time":(\d+))re");
    const std::string text = ReadFile(PathOf("events.ndjson"));
    std::vector<Line> lines;
    for (std::sregex_iterator match(text.begin(), text.end(), kPattern), end; match != end; ++match) {
      lines.push_back({(*match)[1], (*match)[2] == "end", std::stoll((*match)[3])});
    }
    EXPECT_EQ(lines.size(), static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
    return lines;
  }

  oneway::v1::FlowStats Stats() {
    oneway::v1::StatsRequest request;
    request.set_flow(kFlow);
    oneway::v1::StatsReply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    EXPECT_TRUE(cluster_.QueryStub(0)->Stats(&context, request, &reply).ok());
    EXPECT_EQ(reply.missing_size(), 0);
    EXPECT_EQ(reply.flows_size(), 1);
    return reply.flows_size() == 1 ? reply.flows(0) : oneway::v1::FlowStats();
  }

  Cluster cluster_;
};

TEST_F(PackageLogTest, EveryLineIsAccountedForAndTheNumbersAreThoseOfADirectComputation) {
  cluster_.Start();
  const std::vector<Line> lines = Convert();
  ASSERT_GT(lines.size(), 30u);
  const Expectation expected = ExpectationOf(lines);
  ASSERT_EQ(expected.Lines(), lines.size());
  ASSERT_GT(expected.matched, 10u);

  const std::string send = std::string(ONEWAY_CLI_BINARY) + " send - --server " + cluster_.partitioner_address(0);
  ASSERT_EQ(Shell(send + " <" + PathOf("events.ndjson"), "send.log"), 0) << ReadFile(PathOf("send.log"));

  const oneway::v1::FlowStats stats = Stats();
  const oneway::v1::FlowCounters& counters = stats.counters();
  EXPECT_EQ(counters.started(), expected.started);
  EXPECT_EQ(counters.matched(), expected.matched);
  EXPECT_EQ(counters.duplicate(), expected.duplicate);
  EXPECT_EQ(counters.repeated_start(), expected.repeated_start);
  EXPECT_EQ(counters.reused_key(), expected.reused_key);
  EXPECT_EQ(counters.extra_end(), expected.extra_end);
  EXPECT_EQ(stats.early_waiting(), expected.waiting);
  EXPECT_EQ(stats.open(), expected.started - expected.matched);
  EXPECT_EQ(counters.started() + counters.matched() + counters.duplicate() + counters.repeated_start() +
                counters.reused_key() + counters.extra_end() + stats.early_waiting(),
            lines.size());

  int64_t sum = 0;
  for (const int64_t latency : expected.latencies) sum += latency;
  EXPECT_EQ(stats.samples(), expected.latencies.size());
  EXPECT_NEAR(stats.mean_seconds(), static_cast<double>(sum) * 1e-9 / static_cast<double>(stats.samples()), 1e-9);
  const std::pair<double, double> quantiles[] = {
      {0.5, stats.p50_seconds()}, {0.9, stats.p90_seconds()}, {0.95, stats.p95_seconds()}, {0.99, stats.p99_seconds()}};
  for (const auto& [quantile, got] : quantiles) {
    const double exact = NearestRankSeconds(expected.latencies, quantile);
    EXPECT_NEAR(got, exact, exact * 0.006) << "quantile " << quantile;
  }
}

}  // namespace
}  // namespace oneway::test
