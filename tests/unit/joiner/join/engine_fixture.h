// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/flow/registry.h"
#include "joiner/join/engine.h"
#include "joiner/journal/sequence_allocator.h"
#include "tests/unit/joiner/join/fake_journal.h"

namespace oneway::join {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

// The moment from which the stories tell their times.
inline constexpr Time kStoryBegin{std::chrono::hours(24 * 365 * 50)};

// An event of a story: Start("push-7").At(2s), PartEnded("task-1", "a").At(3s), Start("task-1").Expecting(4).
class StoryEvent {
 public:
  StoryEvent(event::Kind kind, std::string key, std::string id = "")
      : kind_(kind), key_(std::move(key)), id_(std::move(id)) {}
  StoryEvent At(Duration time) const {
    StoryEvent event = *this;
    event.time_ = kStoryBegin + time;
    return event;
  }

  StoryEvent Expecting(uint32_t parts) const {
    StoryEvent event = *this;
    event.expected_ = parts;
    return event;
  }

  StoryEvent OfGeneration(uint64_t generation) const {
    StoryEvent event = *this;
    event.generation_ = generation;
    return event;
  }
  // "os=a zone=b"; without it the event has a series that is named for its key and cannot be completed.
  StoryEvent Labelled(std::string labels) const {
    StoryEvent event = *this;
    event.labels_ = std::move(labels);
    return event;
  }
  StoryEvent NotBefore(Duration time) const {
    StoryEvent event = *this;
    event.not_before_ = kStoryBegin + time;
    return event;
  }

  event::Kind kind() const { return kind_; }
  const std::string& key() const { return key_; }
  const std::string& id() const { return id_; }
  const std::string& labels() const { return labels_; }
  uint32_t expected() const { return expected_; }
  uint64_t generation() const { return generation_; }
  Time not_before() const { return not_before_; }
  Time time() const { return time_; }

 private:
  event::Kind kind_;
  std::string key_;
  std::string id_;
  std::string labels_;
  uint32_t expected_ = 0;
  uint64_t generation_ = 0;
  Time not_before_ = kNoTime;
  Time time_ = kStoryBegin;
};

inline StoryEvent Start(std::string key) {
  return {event::Kind::kStart, std::move(key)};
}
inline StoryEvent End(std::string key) {
  return {event::Kind::kEnd, std::move(key)};
}

inline StoryEvent Stage(std::string key, std::string stage) {
  return {event::Kind::kStage, std::move(key), std::move(stage)};
}
inline StoryEvent PartStarted(std::string key, std::string part) {
  return {event::Kind::kPartStarted, std::move(key), std::move(part)};
}
inline StoryEvent PartEnded(std::string key, std::string part) {
  return {event::Kind::kPartEnded, std::move(key), std::move(part)};
}
inline StoryEvent Completed(std::string key) {
  return {event::Kind::kCompleted, std::move(key)};
}

// Tells stories to an engine that owns all slots and has one flow with the default rules, and renders what came of
// them. The clock stands at the begin of the story until ClockIs moves it.
class EngineTest : public ::testing::Test {
 protected:
  EngineTest();

  void Apply(const StoryEvent& event);
  // Commits, moves the joiner clock, and does what a shard does then: expires and walks.
  void ClockIs(Duration since_begin);
  void Commit();
  // From now on these are the flow's rules; they count from the next commit on.
  void Reload(const flow::Rules& rules);
  // Commits and starts a new engine with the rows of the journal.
  void Restart();
  // Starts over with an engine of these options.
  void Use(JoinEngine::Options options);

  // What was counted and refused since the last call, in order, words separated by spaces.
  std::string Transcript();
  // The rows of a key as committed, ascending by sequence.
  std::string RowsOf(const std::string& key);
  // All that the engine tells about a key.
  std::string StoryOf(const std::string& key);

  static JoinEngine::Options AllSlots();
  // Points into `event`.
  RoutedEvent Routed(const StoryEvent& event);
  hash::Fingerprint FingerprintOf(const std::string& key) const;

  flow::Rules rules_;
  flow::Registry flows_;
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  std::unique_ptr<journal::SequenceAllocator> sequences_;
  std::unique_ptr<JoinEngine> engine_;
  FakeJournal journal_;
  Decisions decisions_;

 private:
  std::string Told(const ledger::Count& count) const;
  void TakeCounts();
  flow::SeriesId SeriesCalled(const std::string& name);
  flow::SeriesId Complete(flow::SeriesId start, flow::SeriesId carried);

  Time clock_ = kStoryBegin;
  JoinEngine::Options options_ = AllSlots();
  std::mt19937_64 random_{20261121};
  std::vector<std::string> told_;
  // A series of its own for each key, so that a count says whose it is, and for labels.
  std::map<std::string, flow::SeriesId> series_;
  std::vector<std::string> series_names_;
};

// "2s", "1500ms", "-300ms": in milliseconds where they are not whole seconds.
std::string InWords(Duration duration);

}  // namespace oneway::join
