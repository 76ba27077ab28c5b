// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
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

// The semantics of one flow of pairs, written down again as slowly and plainly as possible, from the page that defines
// them. It keeps every event of every life, looks at all keys whenever the clock moves, and shares no code with the
// engine but the names of counters.
// Threading: external. A value: a copy is what a crash goes back to.
class ReferencePairs {
 public:
  explicit ReferencePairs(flow::Rules rules) : rules_(std::move(rules)) {}

  void ClockIs(Time clock);
  void Reload(flow::Rules rules) { rules_ = std::move(rules); }
  event::Status Apply(ModelEvent event);
  // Brings every key up to the clock: expires, gives up, forgets.
  void Settle();

  // Samples are of matched, late, negative and stages.
  const LabelledCounts& Counts() const { return counts_; }
  uint64_t Open() const;
  uint64_t EarlyWaiting() const;
  // One letter for the state of each key that is known.
  std::string States() const;
  // How often each row of the semantics decided, so far.
  const RowHits& Hits() const { return hits_; }

 private:
  enum class State { kOpen, kMatched, kExpired, kLate };
  struct Life {
    State state = State::kOpen;
    uint64_t generation = 0;
    Time start;
    Time origin;               // from when on the latency counts
    ModelLabels labels;        // of its start
    Time end;                  // kMatched, kLate
    std::vector<Time> events;  // times of all that were applied, to it and to the lives before that it took over
    ReferenceStages stages;    // kOpen
    Time deadline;             // as of the expiry
    Time remembered_until;     // expired
  };
  struct End {
    Time time;
    ModelLabels labels;
  };
  using Waiting = std::map<std::pair<Time, uint64_t>, ModelLabels>;  // ends: time, generation

  void SettleKey(const std::string& key);
  event::Status ApplyToLife(Life& life, const ModelEvent& event);
  event::Status Begin(const ModelEvent& start, std::vector<Time> events_before);
  event::Status Wait(const ModelEvent& end);
  event::Status ApplyStage(const ModelEvent& stage);
  event::Status ApplyStageToLife(Life& life, const ModelEvent& stage);
  void CountStage(Life& life, const std::string& stage, Time time);
  bool IsTooLate(Time time, const std::vector<Time>& events) const;
  bool IsTheSameEvent(const Life& life, const ModelEvent& event) const;
  void ApplyInLife(Life& life, const ModelEvent& event);
  void SetStart(Life& life, const ModelEvent& start);
  void EndByWaiting(Life& life, const std::vector<End>& ends);
  void EndOpen(Life& life, const End& end);
  void Expire(Life& life);
  void Late(Life& life, const End& end);
  ModelLabels Complete(const Life& life, const End& end);
  void Count(ledger::Counter counter, const ModelLabels& labels = {}) {
    counts_.Count(counter, TextOf(labels));
    hits_.Add(RowOf(counter, flow::Shape::kPair));
  }
  void Sample(ledger::Counter counter, Duration latency, const ModelLabels& labels) {
    counts_.Sample(counter, latency, TextOf(labels));
  }

  flow::Rules rules_;
  Time clock_;
  Time horizon_ = Time::min();
  std::map<std::string, Life> lives_;
  std::map<std::string, Waiting> waiting_;
  std::map<std::string, ReferenceStages> waiting_stages_;
  LabelledCounts counts_;
  RowHits hits_;
};

}  // namespace oneway::join
