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

// The semantics of one flow of pairs of which every end counts, written down again as slowly and plainly as possible,
// from the page that defines them. It shares no code with the engine but the names of counters.
// Threading: external. A value: a copy is what a crash goes back to.
class ReferenceEnds {
 public:
  explicit ReferenceEnds(flow::Rules rules) : rules_(std::move(rules)) {}

  void ClockIs(Time clock);
  void Reload(flow::Rules rules) { rules_ = std::move(rules); }
  event::Status Apply(ModelEvent event);
  // Brings every key up to the clock: closes, gives up, forgets.
  void Settle();

  // Samples are of ends, late, negative and stages; of matched to the first end and to the last.
  const LabelledCounts& Counts() const { return counts_; }
  uint64_t Open() const;
  uint64_t EarlyWaiting() const;
  // One letter for the state of each key that is known.
  std::string States() const;
  // How often each row of the semantics decided, so far.
  const RowHits& Hits() const { return hits_; }

 private:
  enum class State { kEarly, kOpen, kMatched, kExpired, kLate };
  struct OneEnd {
    Time time;
    std::string id;
    ModelLabels labels;
    bool operator<(const OneEnd& other) const { return std::pair(time, id) < std::pair(other.time, other.id); }
  };
  struct Life {
    State state = State::kEarly;
    Time start;
    Time origin;
    ModelLabels labels;  // of its start
    uint32_t expected = 0;
    std::map<std::string, OneEnd> ends;  // by end id
    ReferenceStages stages;              // kEarly, kOpen
    Time end;                            // kMatched: the last; kLate
    std::vector<Time> events;            // times of all that were applied
    Time deadline;                       // as of the expiry
    Time remembered_until;               // expired
  };

  void SettleKey(const std::string& key);
  event::Status ApplyStageAlone(const ModelEvent& stage);
  void Stage(Life& life, const std::string& stage, Time time);
  void CountWaitingStages(Life& life);
  bool IsTheSameEvent(const Life& life, const ModelEvent& event) const;
  void ApplyInLife(Life& life, const ModelEvent& event);
  void Start(Life& life, const ModelEvent& start);
  void End(Life& life, const ModelEvent& end);
  void CountEnd(const Life& life, const OneEnd& end);
  void EndAfterClose(Life& life, const OneEnd& end);
  ModelLabels Complete(const Life& life, const OneEnd& end);
  void CloseIfAllAreIn(Life& life);
  void Close(Life& life);
  void Count(ledger::Counter counter, const ModelLabels& labels = {}) {
    counts_.Count(counter, TextOf(labels));
    hits_.Add(counter == ledger::Counter::kMatched ? SemanticsRow::kEvery : RowOf(counter, flow::Shape::kPair));
  }
  void Sample(ledger::Counter kind, Duration latency, const ModelLabels& labels) {
    counts_.Sample(kind, latency, TextOf(labels));
  }

  flow::Rules rules_;
  Time clock_;
  Time horizon_ = Time::min();
  std::map<std::string, Life> lives_;
  std::map<std::string, ReferenceStages> stages_alone_;  // of keys of which nothing else is known
  LabelledCounts counts_;
  RowHits hits_;
};

}  // namespace oneway::join
