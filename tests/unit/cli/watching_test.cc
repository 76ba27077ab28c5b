// SPDX-License-Identifier: Apache-2.0
//
// Concern: the verbs that look at flows while they happen: what they ask, what they tell people and programs, and the
// exit code.
#include <gmock/gmock.h>

#include "cli/check.h"
#include "common/histogram/histogram.h"
#include "common/query/histogram_proto.h"
#include "tests/unit/cli/verb_test.h"

namespace oneway::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kNow = 1'800'000'000 * kSecond;

class OverdueTest : public VerbTest {
 protected:
  v1::OverdueKey& AddKey(const std::string& key, uint64_t age_seconds) {
    v1::OverdueKey& overdue = *query_.overdue.add_keys();
    overdue.set_flow("push");
    overdue.set_key(key);
    overdue.set_fingerprint("00112233445566778899aabbccddeeff");
    overdue.set_started_unix_nanos(kNow - age_seconds * kSecond);
    overdue.set_deadline_unix_nanos(kNow + 60 * kSecond);
    overdue.set_joiner("joiner-0");
    query_.overdue.set_now_unix_nanos(kNow);
    query_.overdue.set_count(static_cast<uint64_t>(query_.overdue.keys_size()));
    return overdue;
  }
};

TEST_F(OverdueTest, TellsAgesAndWhatIsLeft) {
  v1::Label& label = *AddKey("push-7", 65).add_labels();
  label.set_name("region");
  label.set_value("eu");
  AddKey("", 5).mutable_parts()->set_missing(3);
  query_.overdue.set_count(40);
  EXPECT_EQ(Run({"overdue", "--flow", "push", "--older-than", "5s", "--limit", "2"}), 0);
  EXPECT_EQ(out_.str(),
            "key            flow    age  expires in  parts    joiner     labels\n"
            "push-7         push  1m05s       1m00s      -  joiner-0  region=eu\n"
            "#001122334455  push     5s       1m00s      3  joiner-0\n"
            "and 38 more; --limit shows more of them\n");
  EXPECT_EQ(query_.overdue_request.flow(), "push");
  EXPECT_EQ(query_.overdue_request.min_age_seconds(), 5);
  EXPECT_EQ(query_.overdue_request.limit(), 2u);
}

TEST_F(OverdueTest, ItsAgeCountsFromWhenItWasToBegin) {
  AddKey("push-7", 65).set_since_unix_nanos(kNow - 2 * kSecond);
  EXPECT_EQ(Run({"overdue", "--json"}), 0);
  EXPECT_THAT(out_.str(), AllOf(StartsWith(R"({"count":1,"flows":[],"keys":[{"flow":"push","key":"push-7",)"),
                                HasSubstr(R"("age_seconds":2,"joiner":"joiner-0","labels":{}}])")));
}

TEST_F(OverdueTest, CountsByFlowAsJson) {
  query_.overdue.set_count(40);
  v1::FlowOverdue& flow = *query_.overdue.add_flows();
  flow.set_flow("push");
  flow.set_count(40);
  EXPECT_EQ(Run({"overdue", "--json"}), 0);
  EXPECT_THAT(out_.str(), StartsWith(R"({"count":40,"flows":[{"flow":"push","count":40}],"keys":[])"));
}

TEST_F(OverdueTest, SaysWhoIsMissing) {
  AddMissing(*query_.overdue.mutable_missing());
  EXPECT_EQ(Run({"overdue"}), 2);
  EXPECT_EQ(out_.str(), "nothing is overdue\n");
  EXPECT_THAT(err_.str(), HasSubstr("joiner-1"));
}

class TailTest : public VerbTest {
 protected:
  v1::TailDecision& AddDecision(v1::Decision decision) {
    v1::TailDecision& added = *query_.tail.add_decisions();
    added.set_decision(decision);
    added.set_flow("push");
    added.set_key("push-7");
    added.set_at_unix_nanos(kNow);
    added.set_joiner("joiner-0");
    return added;
  }
};

TEST_F(TailTest, ALineForEachDecision) {
  AddDecision(v1::DECISION_MATCHED).set_latency_nanos(1'240'000'000);
  AddDecision(v1::DECISION_EXPIRED);
  query_.tail.set_passed_over(12);
  EXPECT_EQ(Run({"tail", "--flow", "push", "--only", "matched,expired", "--key-prefix", "push-", "--slower-than", "1s",
                 "--per-second", "7"}),
            0);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("  matched     1.24s    push  push-7\n"),
                                HasSubstr("  expired     -        push  push-7\n")));
  EXPECT_THAT(err_.str(), HasSubstr("12 more, not shown"));
  EXPECT_THAT(query_.tail_request.decisions(), ElementsAre(v1::DECISION_MATCHED, v1::DECISION_EXPIRED));
  EXPECT_EQ(query_.tail_request.key_prefix(), "push-");
  EXPECT_EQ(query_.tail_request.min_latency_seconds(), 1);
  EXPECT_EQ(query_.tail_request.per_second_max(), 7u);
}

TEST_F(TailTest, AsJson) {
  AddDecision(v1::DECISION_LATE).set_latency_nanos(5);
  EXPECT_EQ(Run({"tail", "--json"}), 0);
  EXPECT_EQ(out_.str(), R"({"decision":"late","flow":"push","key":"push-7","fingerprint":"",)"
                        R"("at":"2027-01-15T08:00:00.000000000Z","latency_nanos":5,"labels":{},"joiner":"joiner-0"})"
                        "\n");
}

TEST_F(TailTest, AnUnknownDecisionIsAWrongCommandLine) {
  EXPECT_EQ(Run({"tail", "--only", "vanished"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("superseded"));
}

TEST_F(TailTest, NobodyAnswers) {
  StopServer();
  EXPECT_EQ(Run({"tail"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("no Oneway partitioner answers"));
}

class CheckTest : public VerbTest {
 protected:
  static constexpr std::chrono::milliseconds kHalfSecond{500};  // powers of two of a second bound buckets
  static constexpr std::chrono::seconds kFourSeconds{4};

  CheckTest() {
    flow_.set_flow("push");
    flow_.mutable_counters()->set_matched(1000);
    histogram::Histogram latency;
    latency.Record(kHalfSecond, 990);
    latency.Record(kFourSeconds, 10);
    *flow_.mutable_latency() = query::ToProto(latency);
  }

  void AddOpen(Duration age, uint64_t count) {
    open_ages_.Record(age, count);
    *flow_.mutable_open_ages() = query::ToProto(open_ages_);
  }

  v1::FlowStats& flow_ = *query_.stats.add_flows();
  histogram::Histogram open_ages_;
};

TEST_F(CheckTest, AQuantileHoldsWhenNoMoreThanTheRestTookLonger) {
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "500ms", "--for", "10m"}), 0);
  EXPECT_EQ(out_.str(),
            "ok       p99 at most 500ms: 99% (990 of 1000 ended in that time, 10 took longer, 0 are open for longer, 0 "
            "expired)\n");
  EXPECT_EQ(query_.stats_request.flow(), "push");
  EXPECT_EQ(query_.stats_request.window_seconds(), 600u);
  EXPECT_TRUE(query_.stats_request.with_open_ages());
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "490ms"}), 1);
}

TEST_F(CheckTest, FlowsThatAreStuckAreSeenThoughNothingOfThemEnds) {
  flow_.set_open(5);
  AddOpen(kHalfSecond, 4);  // young
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "500ms"}), 0);
  AddOpen(kFourSeconds, 1);
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "500ms"}), 1);
  EXPECT_THAT(out_.str(), AllOf(StartsWith("FAILED   p99"), HasSubstr("1 are open for longer")));
}

TEST_F(CheckTest, TheExpiredCountAsSlowAndHaveABoundOfTheirOwn) {
  flow_.mutable_counters()->set_expired(1);
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "500ms"}), 1);
  EXPECT_EQ(Run({"check", "--flow", "push", "--max-expired", "0.1%"}), 0);
  flow_.mutable_counters()->set_expired(2);
  EXPECT_EQ(Run({"check", "--flow", "push", "--max-expired", "0.1%", "--p50", "1s", "--json"}), 1);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr(R"({"name":"p50","verdict":"holds","asked_share":0.5,)"),
                                HasSubstr(R"({"name":"expired","verdict":"fails","asked_share":0.001,)")));
}

TEST_F(CheckTest, WithTooFewFlowsNothingCanBeSaid) {
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1s", "--min-flows", "1001"}), 2);
  EXPECT_THAT(out_.str(), StartsWith("unknown  p99 at most 1s: of 1000 flows of push in 5m"));
  query_.stats.clear_flows();
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1s", "--json"}), 2);
  EXPECT_THAT(out_.str(), HasSubstr(R"("verdict":"unknown")"));
  EXPECT_THAT(err_.str(), HasSubstr("nobody has seen a flow `push`"));
}

TEST_F(CheckTest, OpenKeysThatAreYoungProveNothing) {
  flow_.clear_latency();
  flow_.mutable_counters()->clear_matched();
  flow_.set_open(4);
  AddOpen(kHalfSecond, 4);
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1s", "--max-expired", "1%"}), 2);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("unknown  p99"), HasSubstr("unknown  expired"), Not(HasSubstr("ok"))));
}

TEST_F(CheckTest, WhatFailsFailsThoughAJoinerIsMissing) {
  AddMissing(*query_.stats.mutable_missing());
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1s"}), 2);
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1ms"}), 1);
}

TEST_F(CheckTest, AnAnswerThatCannotBeIsNotJudged) {
  flow_.mutable_latency()->add_bucket_index(7);
  EXPECT_EQ(Run({"check", "--flow", "push", "--p99", "1s"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("makes no sense"));
}

TEST_F(CheckTest, SomethingHasToBeAsked) {
  EXPECT_EQ(Run({"check", "--flow", "push"}), 64);
  EXPECT_THAT(err_.str(), HasSubstr("say what has to hold"));
  EXPECT_EQ(Run({"check", "--flow", "push", "--max-expired", "120%"}), 64);
}

TEST(ParseShareTest, TakesPercentAndNumbers) {
  EXPECT_EQ(ParseShare("0.1%"), 0.001);
  EXPECT_EQ(ParseShare("0.25"), 0.25);
  EXPECT_EQ(ParseShare("100%"), 1);
  for (const char* text : {"", "%", "-1%", "101%", "1.5", "x", "nan", "1 %"})
    EXPECT_EQ(ParseShare(text), std::nullopt) << text;
}

}  // namespace
}  // namespace oneway::cli
