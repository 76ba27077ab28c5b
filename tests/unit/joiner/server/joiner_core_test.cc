// SPDX-License-Identifier: Apache-2.0
//
// Concern: the promises that shards, committer, clock and journal keep together: what is answered is durable, nothing
// expires because we were away, and nothing of a forgotten life comes back.
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/memory_store.h"

namespace oneway::test {
namespace {

using namespace std::chrono_literals;

constexpr auto kHold = 30s;  // the clock stands still so long after a start

class JoinerCoreTest : public testing::Test {
 protected:
  JoinerCoreTest() { StartJoiner(); }

  void StartJoiner() {
    joiner_.reset();
    store_ = std::make_unique<journal::MemoryStore>(disk_);
    joiner_ = std::make_unique<JoinerHarness>(JoinerHarness::OptionsFor(rules_), clock_, *store_);
  }
  void StopJoiner() { joiner_.reset(); }

  Duration Now() const { return clock_.Wall() - time::FakeClock::kBase; }

  const flow::Rules rules_{
      .ttl = 20s, .retry_window = 2min, .late_window = 20s, .arrival_grace = 5s, .labels = {"os", "zone"}};
  time::FakeClock clock_;
  std::shared_ptr<journal::MemoryDisk> disk_ = std::make_shared<journal::MemoryDisk>();
  std::unique_ptr<journal::MemoryStore> store_;
  std::unique_ptr<JoinerHarness> joiner_;
};

TEST_F(JoinerCoreTest, AnIdleJoinerExpiresWhatIsDue) {
  joiner_->SendAndWait({Start("lost", 0s)});
  joiner_->PassTimeHearing(kHold - 1s);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kOpen) << "the clock stands still after a start";
  joiner_->PassTimeHearing(10s);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kExpired);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kExpired), 1u);
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

TEST_F(JoinerCoreTest, NewKeysArePutOffWhileToldTo) {
  joiner_->SendAndWait({Start("known", 0s)});
  joiner_->committer().TakeNewKeys(false);
  joiner_->Commit();
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("new", 0s), End("early", 0s), End("known", 1s)}).outcomes),
            "RETRY_AFTER, RETRY_AFTER, OK");
  joiner_->committer().TakeNewKeys(true);
  joiner_->Commit();
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("new", 0s)}).outcomes), "OK");
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

TEST_F(JoinerCoreTest, TheClockStandsStillAfterAStartForAsLongAsToldTo) {
  StopJoiner();
  store_ = std::make_unique<journal::MemoryStore>(disk_);
  server::JoinerCore::Options options = JoinerHarness::OptionsFor(rules_);
  options.stall_hold = kHold + 10s;
  joiner_ = std::make_unique<JoinerHarness>(std::move(options), clock_, *store_);
  joiner_->SendAndWait({Start("lost", 0s)});
  joiner_->PassTimeHearing(kHold + 9s);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kOpen);
  joiner_->PassTimeHearing(2s);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kExpired);
}

TEST_F(JoinerCoreTest, AJoinerThatHearsNoPartitionerExpiresAfterTheHold) {
  joiner_->SendAndWait({Start("lost", 0s)});
  joiner_->PassTimeAlone(10min);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kOpen);
  joiner_->PassTimeAlone(1min);
  EXPECT_EQ(joiner_->Story("lost").state, join::KeyState::kExpired);
}

TEST_F(JoinerCoreTest, AMinuteOfStandstillExpiresNoneOfTheFlowsWhoseEndsWaited) {
  joiner_->PassTimeHearing(kHold + 5s);
  const Duration began = Now();
  joiner_->SendAndWait({Start("a", began), Start("b", began)});
  // The process is stopped, with its ends waiting in partitioners and clients.
  clock_.Advance(60s);
  joiner_->Commit();
  joiner_->HearLowMark(began + 3s);
  joiner_->PassTimeAlone(3s);
  EXPECT_EQ(Render(joiner_->SendAndWait({End("a", began + 3s), End("b", began + 19s)}).outcomes), "OK, OK");
  joiner_->PassTimeHearing(60s);
  EXPECT_EQ(joiner_->Story("a").latency, 3s);
  EXPECT_EQ(joiner_->Story("b").latency, 19s);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kExpired), 0u);
}

TEST_F(JoinerCoreTest, ARestartAfterAMinuteExpiresNoneOfTheFlowsWhoseEndsWaited) {
  joiner_->PassTimeHearing(kHold + 5s);
  const Duration began = Now();
  joiner_->SendAndWait({Start("a", began), Start("b", began)});
  StopJoiner();
  clock_.Advance(60s);
  StartJoiner();
  joiner_->HearLowMark(began + 3s);
  joiner_->PassTimeAlone(3s);
  EXPECT_EQ(Render(joiner_->SendAndWait({End("a", began + 3s), End("b", began + 19s)}).outcomes), "OK, OK");
  joiner_->PassTimeHearing(60s);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kMatched), 2u);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kExpired), 0u);
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

TEST_F(JoinerCoreTest, ADuplicateOfAForgottenLifeIsTooLateAndJoinsNoOther) {
  const Duration began = Now();
  joiner_->SendAndWait({Start("key", began), End("key", began + 1s)});
  joiner_->PassTimeHearing(kHold + 3min);
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kAbsent);

  const Duration again = Now();
  joiner_->SendAndWait({Start("key", again)});
  EXPECT_EQ(Render(joiner_->SendAndWait({End("key", began + 1s), Start("key", began)}).outcomes), "TOO_LATE, TOO_LATE");
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kOpen);
  joiner_->SendAndWait({End("key", again + 2s)});
  EXPECT_EQ(joiner_->Story("key").latency, 2s);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 2u);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kMatched), 2u);
}

TEST_F(JoinerCoreTest, TheSecondCopyOfAnUnsyncedEventIsNotAnsweredBeforeTheSync) {
  store_->HoldCommits();
  auto first = joiner_->Send({Start("key", 0s)});
  store_->WaitUntilHeld();
  // The first copy is in the commit that waits for the disk; the second one comes over another route.
  auto second = joiner_->Send({Start("key", 0s)});
  EXPECT_EQ(first.wait_for(50ms), std::future_status::timeout);
  EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
  store_->ReleaseAll();
  const BatchResult first_result = first.get();
  const BatchResult second_result = second.get();
  EXPECT_EQ(Render(first_result.outcomes), "OK");
  EXPECT_EQ(Render(second_result.outcomes), "DUPLICATE");
  EXPECT_EQ(first_result.durable.run, second_result.durable.run);
  EXPECT_LE(first_result.durable.commit, second_result.durable.commit);
}

TEST_F(JoinerCoreTest, BothCopiesWithinOneCommitWaitForIt) {
  store_->HoldCommits();
  auto blocking = joiner_->Send({Start("other", 0s)});
  store_->WaitUntilHeld();
  auto both = joiner_->Send({Start("key", 0s), Start("key", 0s)});
  EXPECT_EQ(both.wait_for(50ms), std::future_status::timeout);
  store_->ReleaseAll();
  EXPECT_EQ(Render(both.get().outcomes), "OK, DUPLICATE");
  blocking.get();
}

TEST_F(JoinerCoreTest, AFailedCommitIsNeverAnswered) {
  store_->FailNextCommit(absl::DataLossError("the disk is gone"));
  auto answer = joiner_->Send({Start("key", 0s)});
  EXPECT_THROW(answer.get(), std::future_error) << "it is dropped, not answered";
  StopJoiner();
  StartJoiner();
  EXPECT_EQ(joiner_->Story("key").state, join::KeyState::kAbsent);
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("key", 0s)}).outcomes), "OK");
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 1u);
}

TEST_F(JoinerCoreTest, QueriesShowOnlyWhatIsDurable) {
  joiner_->SendAndWait({Start("one", 0s)});
  store_->HoldCommits();
  auto second = joiner_->Send({Start("two", 0s)});
  store_->WaitUntilHeld();
  EXPECT_EQ(joiner_->committer().view()->open_keys, 1u);
  store_->ReleaseAll();
  second.get();
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 2u);
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

TEST_F(JoinerCoreTest, ARestartKeepsOpenRememberedAndCounted) {
  joiner_->SendAndWait({Start("open", 0s), Start("done", 0s), End("done", 1s), End("early", 2s)});
  StartJoiner();
  EXPECT_EQ(joiner_->Story("open").state, join::KeyState::kOpen);
  EXPECT_EQ(joiner_->Story("done").latency, 1s);
  EXPECT_EQ(joiner_->Story("early").state, join::KeyState::kEarly);
  EXPECT_EQ(joiner_->Total(ledger::Counter::kStarted), 2u);
  EXPECT_EQ(Render(joiner_->SendAndWait({Start("done", 0s), Start("early", 1s), End("open", 4s)}).outcomes),
            "DUPLICATE, OK, OK");
  EXPECT_EQ(joiner_->Total(ledger::Counter::kMatched), 3u);
  EXPECT_EQ(joiner_->Unexplained(), 0u);
}

// semantics: labels, early
TEST_F(JoinerCoreTest, LabelsOfAnEndThatWaitedCompleteThoseOfItsStartAfterARestart) {
  const auto labelled = [](TestEvent event, ledger::Labels labels) {
    event.labels = std::move(labels);
    return event;
  };
  joiner_->SendAndWait({labelled(End("a", 2s), {{"zone", "eu"}}), labelled(End("b", 2s), {{"os", "ios"}})});
  StartJoiner();
  joiner_->SendAndWait({labelled(Start("a", 1s), {{"os", "ios"}}), labelled(Start("b", 1s), {{"os", "ios"}})});
  const std::map<std::string, uint64_t> started{{"os=ios", 2}};
  const std::map<std::string, uint64_t> matched{{"os=ios", 1}, {"os=ios zone=eu", 1}};
  EXPECT_EQ(joiner_->TotalBySeries(ledger::Counter::kStarted), started);
  EXPECT_EQ(joiner_->TotalBySeries(ledger::Counter::kMatched), matched);
  StartJoiner();
  EXPECT_EQ(joiner_->TotalBySeries(ledger::Counter::kStarted), started);
  EXPECT_EQ(joiner_->TotalBySeries(ledger::Counter::kMatched), matched);
}

TEST_F(JoinerCoreTest, ARecoveryThatIsToldToEndEnds) {
  joiner_->SendAndWait({Start("open", 0s)});
  StopJoiner();
  store_ = std::make_unique<journal::MemoryStore>(disk_);
  server::JoinerCore core(JoinerHarness::OptionsFor(rules_), clock_, *store_, [](const absl::Status&) {});
  core.CancelRecovery();
  EXPECT_TRUE(absl::IsCancelled(core.Recover()));
}

}  // namespace
}  // namespace oneway::test
