// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/event/event.h"
#include "joiner/journal/journal_store.h"
#include "joiner/server/joiner_core.h"
#include "joiner/shard/inspect.h"
#include "tests/support/fake_clock.h"

namespace oneway::test {

// An event as a test writes it: `at` counts from FakeClock::kBase.
struct TestEvent {
  event::Kind kind = event::Kind::kStart;
  std::string key;
  Duration at{};
  std::string id{};       // of a stage or part
  uint32_t expected = 0;  // how many parts
  ledger::Labels labels{};
};
inline TestEvent Start(std::string key, Duration at) {
  return {event::Kind::kStart, std::move(key), at};
}
inline TestEvent End(std::string key, Duration at) {
  return {event::Kind::kEnd, std::move(key), at};
}
inline TestEvent Stage(std::string key, std::string stage, Duration at) {
  return {event::Kind::kStage, std::move(key), at, std::move(stage)};
}
inline TestEvent PartStarted(std::string key, std::string part, Duration at) {
  return {event::Kind::kPartStarted, std::move(key), at, std::move(part)};
}
inline TestEvent PartEnded(std::string key, std::string part, Duration at) {
  return {event::Kind::kPartEnded, std::move(key), at, std::move(part)};
}
inline TestEvent Completed(std::string key, Duration at) {
  return {event::Kind::kCompleted, std::move(key), at};
}

// What came of a batch: an outcome for each event, and the commit that made them durable.
struct BatchResult {
  std::vector<event::Outcome> outcomes;
  journal::Mark durable;
};

// A joiner's core over any store, with a clock that stands still and a "partitioner" whose low marks the test sends.
// Owns all slots of a cluster of one joiner. All events are of the flow "push".
// Threading: external.
class JoinerHarness {
 public:
  static server::JoinerCore::Options OptionsFor(flow::Rules push, uint32_t shards = 2);

  // Recovers and starts; a failure stops the test. `clock` and `store` outlive it.
  JoinerHarness(server::JoinerCore::Options options, time::FakeClock& clock, journal::JournalStore& store);
  ~JoinerHarness();
  // The same for a store that may fail, now or later: once it has, everything below that says "none" answers so.
  static absl::StatusOr<std::unique_ptr<JoinerHarness>> Open(server::JoinerCore::Options options,
                                                             time::FakeClock& clock, journal::JournalStore& store);

  // Hands the events to their shards. The future is ready once the last of them is settled.
  std::future<BatchResult> Send(std::vector<TestEvent> events);
  // The same for many events, without looking at their outcomes one by one: returns how many were not OK.
  uint64_t SendMany(const std::vector<TestEvent>& events);
  // Send, and wait.
  BatchResult SendAndWait(std::vector<TestEvent> events) { return Send(std::move(events)).get(); }
  // What Send promised; none when a commit failed before.
  std::optional<BatchResult> Await(std::future<BatchResult>& result);
  // The partitioner holds no event older than `at` from FakeClock::kBase.
  void HearLowMark(Duration at);
  // The same; false when a commit failed before it was heard.
  bool TryHearLowMark(Duration at);
  // Seals and commits what there is.
  void Commit();
  // Moves the clock in steps of a second, with a low mark of "nothing held" and a commit at each.
  void PassTimeHearing(Duration duration);
  // The same without any partitioner.
  void PassTimeAlone(Duration duration);

  join::KeyStory Story(const std::string& key);
  // None when a commit failed before the answer.
  std::optional<join::KeyStory> TryStory(const std::string& key);
  // All that was ever counted, the durable joiner clock, and as many keys as are open by a walk; none when a commit
  // failed before.
  struct Totals {
    ledger::Figures figures;
    Time joiner_clock;
    uint64_t open = 0;
  };
  std::optional<Totals> TryTotals();
  uint64_t Total(ledger::Counter counter);
  // The same by series, "os=ios zone=eu", where it is not 0.
  std::map<std::string, uint64_t> TotalBySeries(ledger::Counter counter);
  // |started - (matched + expired + superseded + open)|, open counted by walking.
  uint64_t Unexplained();
  shard::Committer& committer() { return core_.committer(); }
  server::JoinerCore& core() { return core_; }
  flow::FlowId flow() const { return flow_; }
  // Why a commit failed; OK as long as none did.
  absl::Status failure() { return core_.committer().failure(); }

 private:
  struct NotStarted {};
  JoinerHarness(server::JoinerCore::Options options, time::FakeClock& clock, journal::JournalStore& store, NotStarted);
  absl::Status Begin();
  template <typename Answer>
  std::optional<Answer> AwaitUnlessFailed(std::future<Answer>& answer);

  shard::Runner& RunnerOf(const hash::Fingerprint& fingerprint);
  hash::Fingerprint FingerprintOf(const std::string& key) const;
  flow::SeriesId SeriesOf(const TestEvent& event);

  time::FakeClock& clock_;
  const uint32_t shards_;
  server::JoinerCore core_;
  flow::FlowId flow_{};
};

// Names of outcomes, for readable expectations: "OK, DUPLICATE".
std::string Render(const std::vector<event::Outcome>& outcomes);

}  // namespace oneway::test
