// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/flow/rules.h"
#include "common/time/time.h"
#include "joiner/ledger/count.h"
#include "tests/unit/joiner/join/labelled_counts.h"
#include "tests/unit/joiner/join/model_event.h"
#include "tests/unit/joiner/join/model_labels.h"
#include "tests/unit/joiner/join/reference_stages.h"
#include "tests/unit/joiner/join/row_hits.h"

namespace oneway::join {

// The semantics of one flow of fan-outs, written down again as slowly and plainly as possible, from the page that
// defines them. Every question is answered by going through what was said about the key; nothing is kept up to date.
// It shares no code with the engine but the names of counters.
// Threading: external. A value: a copy is what a crash goes back to.
class ReferenceFanouts {
 public:
  explicit ReferenceFanouts(flow::Rules rules) : rules_(std::move(rules)) {}

  void ClockIs(Time clock);
  void Reload(flow::Rules rules) { rules_ = std::move(rules); }
  event::Status Apply(ModelEvent event);
  // Brings every key up to the clock: closes, gives up, forgets.
  void Settle();

  // Samples are of matched, empty, negative and stages.
  const LabelledCounts& Counts() const { return counts_; }
  uint64_t Open() const;
  uint64_t EarlyWaiting() const;
  // One letter for the state of each key that is known.
  std::string States() const;
  // How often each row of the semantics decided, so far.
  const RowHits& Hits() const { return hits_; }

 private:
  enum class State { kEarly, kOpen, kMatched, kExpired };
  // What is known of a key that is not closed. Of repeated marks the latest.
  struct Known {
    std::optional<Time> start;
    Time origin;  // from when on the duration counts
    std::optional<Time> completed;
    std::map<std::string, Time> declared;
    std::map<std::string, Time> ended;
    uint32_t expected = 0;
    ModelLabels labels;  // of the start
    ModelLabels labels_of_completed;
    std::map<std::string, ModelLabels> labels_of_ended;

    std::set<std::string> Parts() const;
    std::optional<Time> LatestMark() const;
    friend bool operator==(const Known&, const Known&) = default;
  };
  struct Life {
    State state = State::kEarly;
    Known known;
    ReferenceStages stages;    // kEarly, kOpen
    ModelLabels first_labels;  // of the first event to come
    Time changed_at;           // the joiner clock at the last event that changed what is known
    std::vector<Time> events;  // times of all that were applied
    Time remembered_until;     // expired
  };

  void SettleKey(const std::string& key);
  event::Status ApplyStageAlone(const ModelEvent& stage);
  void Stage(Life& life, const std::string& stage, Time time);
  void CountWaitingStages(Life& life);
  bool IsTheSameEvent(const Life& life, const ModelEvent& event) const;
  void ApplyToWaiting(Life& life, const ModelEvent& event);
  void Start(Life& life, const ModelEvent& event);
  void Expect(Known& known, uint32_t expected);
  void CloseIfDecided(Life& life);
  void Match(Life& life);
  void Expire(Life& life);
  ModelLabels LabelsOfEnd(const Known& known) const;
  void Count(ledger::Counter counter, const ModelLabels& labels = {}, uint64_t times = 1) {
    counts_.Count(counter, TextOf(labels), times);
    hits_.Add(RowOf(counter, flow::Shape::kFanout));
  }
  bool IsOutOfOrder(const Life& life, const ModelEvent& end) const;

  flow::Rules rules_;
  Time clock_;
  Time horizon_ = Time::min();
  std::map<std::string, Life> lives_;
  std::map<std::string, ReferenceStages> stages_alone_;  // of keys of which nothing else is known
  LabelledCounts counts_;
  RowHits hits_;
};

}  // namespace oneway::join
