// SPDX-License-Identifier: Apache-2.0
#include "tests/support/joiner/joiner_harness.h"

#include <glog/logging.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/hash/fingerprint.h"

namespace oneway::test {
namespace {

constexpr char kFlow[] = "push";
constexpr auto kWaitMax = std::chrono::seconds(30);
constexpr auto kLookForFailure = std::chrono::microseconds(500);

std::vector<hash::SlotId> AllSlots() {
  std::vector<hash::SlotId> slots;
  for (uint32_t slot = 0; slot < hash::kSlotCount; ++slot) slots.push_back(hash::SlotId(slot));
  return slots;
}

// Outcomes of a batch that was split over shards, gathered until the last shard has settled.
struct Gathering {
  std::promise<BatchResult> promise;
  BatchResult result;
  size_t unsettled_shards = 0;
};

}  // namespace

server::JoinerCore::Options JoinerHarness::OptionsFor(flow::Rules push, uint32_t shards) {
  push.name = kFlow;
  server::JoinerCore::Options options{.slots = AllSlots(), .shards = shards, .restore_threads = shards};
  options.flows.flows = {push};
  return options;
}

JoinerHarness::JoinerHarness(server::JoinerCore::Options options, time::FakeClock& clock, journal::JournalStore& store)
    : JoinerHarness(std::move(options), clock, store, NotStarted{}) {
  const absl::Status status = Begin();
  CHECK(status.ok()) << status;
}

JoinerHarness::JoinerHarness(server::JoinerCore::Options options, time::FakeClock& clock, journal::JournalStore& store,
                             NotStarted /*constructor*/)
    : clock_(clock),
      shards_(options.shards),
      core_(std::move(options), clock, store, [](const absl::Status& status) { LOG(ERROR) << status; }) {}

absl::StatusOr<std::unique_ptr<JoinerHarness>> JoinerHarness::Open(server::JoinerCore::Options options,
                                                                   time::FakeClock& clock,
                                                                   journal::JournalStore& store) {
  std::unique_ptr<JoinerHarness> harness(new JoinerHarness(std::move(options), clock, store, NotStarted{}));
  if (absl::Status status = harness->Begin(); !status.ok()) return status;
  return harness;
}

absl::Status JoinerHarness::Begin() {
  if (absl::Status status = core_.Recover(); !status.ok()) return status;
  if (absl::Status status = core_.Start(); !status.ok()) return status;
  flow_ = core_.dictionary().InternFlow(kFlow);
  return absl::OkStatus();
}

// A batch that waits for a commit is let go only with the core, so its promise does not break when the commit fails.
template <typename Answer>
std::optional<Answer> JoinerHarness::AwaitUnlessFailed(std::future<Answer>& answer) {
  while (answer.wait_for(kLookForFailure) != std::future_status::ready) {
    if (!failure().ok()) return std::nullopt;
  }
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return std::nullopt;  // dropped unanswered
  }
}

std::optional<BatchResult> JoinerHarness::Await(std::future<BatchResult>& result) {
  return AwaitUnlessFailed(result);
}

JoinerHarness::~JoinerHarness() {
  core_.Stop();
}

flow::SeriesId JoinerHarness::SeriesOf(const TestEvent& event) {
  if (event.kind == event::Kind::kStage) return core_.dictionary().InternStage(flow_, event.id);
  if (event.kind == event::Kind::kStart) return core_.dictionary().InternSeries(flow_, event.labels);
  return core_.dictionary().InternCarried(flow_, event.labels);
}

hash::Fingerprint JoinerHarness::FingerprintOf(const std::string& key) const {
  return hash::FingerprintOf(hash::HashSeed{}, kFlow, key);
}

shard::Runner& JoinerHarness::RunnerOf(const hash::Fingerprint& fingerprint) {
  return *core_.runners()[static_cast<uint32_t>(hash::SlotOf(fingerprint)) % shards_];
}

std::future<BatchResult> JoinerHarness::Send(std::vector<TestEvent> events) {
  auto gathering = std::make_shared<Gathering>();
  gathering->result.outcomes.resize(events.size());
  std::vector<std::unique_ptr<shard::EventBatch>> batches(shards_);
  size_t key_bytes = 0;
  size_t id_bytes = 0;
  for (const TestEvent& event : events) {
    key_bytes += event.key.size();
    id_bytes += event.id.size();
  }
  for (uint32_t i = 0; i < events.size(); ++i) {
    const hash::Fingerprint fingerprint = FingerprintOf(events[i].key);
    auto& batch = batches[static_cast<uint32_t>(hash::SlotOf(fingerprint)) % shards_];
    if (batch == nullptr) {
      batch = std::make_unique<shard::EventBatch>();
      batch->keys.reserve(key_bytes);  // views into it must stay, as into the ids
      batch->ids.reserve(id_bytes);
      ++gathering->unsettled_shards;
    }
    const size_t offset = batch->keys.size();
    const size_t id_offset = batch->ids.size();
    batch->keys += events[i].key;
    batch->ids += events[i].id;
    batch->events.push_back({.kind = events[i].kind,
                             .fingerprint = fingerprint,
                             .series = SeriesOf(events[i]),
                             .flow = flow_,
                             .time = time::FakeClock::At(events[i].at),
                             .key = std::string_view(batch->keys).substr(offset),
                             .id = std::string_view(batch->ids).substr(id_offset),
                             .expected = events[i].expected});
    batch->indices.push_back(i);
  }
  std::future<BatchResult> future = gathering->promise.get_future();
  for (uint32_t number = 0; number < shards_; ++number) {
    if (batches[number] == nullptr) continue;
    // All settlements run on the committer's thread, one after the other.
    batches[number]->on_settled = [gathering](const journal::Mark& durable,
                                              const std::vector<shard::EventException>& exceptions) {
      for (const auto& exception : exceptions) gathering->result.outcomes[exception.index] = exception.outcome;
      gathering->result.durable = durable;
      if (--gathering->unsettled_shards == 0) gathering->promise.set_value(gathering->result);
    };
  }
  for (uint32_t number = 0; number < shards_; ++number) {
    if (batches[number] != nullptr) core_.runners()[number]->inbox().Put(std::move(batches[number]));
  }
  return future;
}

uint64_t JoinerHarness::SendMany(const std::vector<TestEvent>& events) {
  uint64_t not_ok = 0;
  for (const event::Outcome& outcome : SendAndWait(events).outcomes) not_ok += outcome.status != event::Status::kOk;
  return not_ok;
}

void JoinerHarness::HearLowMark(Duration at) {
  CHECK(TryHearLowMark(at)) << failure();
}

bool JoinerHarness::TryHearLowMark(Duration at) {
  for (uint32_t number = 0; number < shards_; ++number) {
    auto batch = std::make_unique<shard::EventBatch>();
    batch->stream = number + 1;
    batch->low_mark = time::FakeClock::At(at);
    // Settled only so that the test can wait until the mark was heard.
    auto heard = std::make_shared<std::promise<bool>>();
    std::future<bool> future = heard->get_future();
    batch->on_settled = [heard = std::move(heard)](const journal::Mark&, const std::vector<shard::EventException>&) {
      heard->set_value(true);
    };
    core_.runners()[number]->inbox().Put(std::move(batch));
    if (!AwaitUnlessFailed(future)) return false;
  }
  return true;
}

void JoinerHarness::Commit() {
  const auto committed =
      shard::InspectAndWait(core_.committer(), false, kWaitMax, [](const shard::Inspection&) { return true; });
  CHECK(committed.has_value());
}

void JoinerHarness::PassTimeHearing(Duration duration) {
  for (Duration passed{}; passed < duration; passed += std::chrono::seconds(1)) {
    clock_.Advance(std::chrono::seconds(1));
    HearLowMark(clock_.Wall() - time::FakeClock::kBase);
    Commit();
  }
  Commit();  // what became due when the last one opened
}

void JoinerHarness::PassTimeAlone(Duration duration) {
  for (Duration passed{}; passed < duration; passed += std::chrono::seconds(1)) {
    clock_.Advance(std::chrono::seconds(1));
    Commit();
  }
  Commit();
}

join::KeyStory JoinerHarness::Story(const std::string& key) {
  std::optional<join::KeyStory> story = TryStory(key);
  CHECK(story.has_value()) << failure();
  return *std::move(story);
}

std::optional<join::KeyStory> JoinerHarness::TryStory(const std::string& key) {
  auto promise = std::make_shared<std::promise<join::KeyStory>>();
  std::future<join::KeyStory> future = promise->get_future();
  const hash::Fingerprint fingerprint = FingerprintOf(key);
  RunnerOf(fingerprint)
      .inbox()
      .Put(shard::KeyInquiry{
          .fingerprint = fingerprint,
          .flow = flow_,
          .on_answer = [promise = std::move(promise)](const journal::Mark&, const join::KeyStory& story) {
            promise->set_value(story);
          }});
  return AwaitUnlessFailed(future);
}

std::optional<JoinerHarness::Totals> JoinerHarness::TryTotals() {
  return shard::InspectAndWait(core_.committer(), true, kWaitMax, [this](const shard::Inspection& inspection) {
    Totals totals{.figures = inspection.ledger.TotalOf(flow_), .joiner_clock = inspection.view.state.joiner_clock};
    const auto flow = static_cast<size_t>(flow_);
    if (flow < inspection.open_counts->size()) totals.open = (*inspection.open_counts)[flow];
    return totals;
  });
}

uint64_t JoinerHarness::Total(ledger::Counter counter) {
  const auto total =
      shard::InspectAndWait(core_.committer(), false, kWaitMax, [this, counter](const shard::Inspection& inspection) {
        return inspection.ledger.TotalOf(flow_).counters[static_cast<size_t>(counter)];
      });
  CHECK(total.has_value());
  return *total;
}

std::map<std::string, uint64_t> JoinerHarness::TotalBySeries(ledger::Counter counter) {
  const auto totals =
      shard::InspectAndWait(core_.committer(), false, kWaitMax, [this, counter](const shard::Inspection& inspection) {
        std::map<std::string, uint64_t> by_series;
        for (const flow::SeriesId series : inspection.ledger.SeriesOf(flow_)) {
          const uint64_t total = inspection.ledger.TotalOf(series).counters[static_cast<size_t>(counter)];
          const ledger::Labels labels = core_.dictionary().NameOf(series).labels;
          if (total != 0) by_series[absl::StrJoin(labels, " ", absl::PairFormatter("="))] = total;
        }
        return by_series;
      });
  CHECK(totals.has_value());
  return *totals;
}

uint64_t JoinerHarness::Unexplained() {
  const auto unexplained =
      shard::InspectAndWait(core_.committer(), true, kWaitMax, [this](const shard::Inspection& inspection) {
        const auto& counters = inspection.ledger.TotalOf(flow_).counters;
        const auto flow = static_cast<size_t>(flow_);
        const uint64_t open = flow < inspection.open_counts->size() ? (*inspection.open_counts)[flow] : 0;
        const uint64_t explained = counters[static_cast<size_t>(ledger::Counter::kMatched)] +
                                   counters[static_cast<size_t>(ledger::Counter::kExpired)] +
                                   counters[static_cast<size_t>(ledger::Counter::kSuperseded)] + open;
        const uint64_t started = counters[static_cast<size_t>(ledger::Counter::kStarted)];
        return started > explained ? started - explained : explained - started;
      });
  CHECK(unexplained.has_value());
  return *unexplained;
}

std::string Render(const std::vector<event::Outcome>& outcomes) {
  static constexpr const char* kNames[] = {"OK", "DUPLICATE", "INVALID", "TOO_LATE", "RETRY_AFTER"};
  std::string text;
  for (const event::Outcome& outcome : outcomes) {
    if (!text.empty()) text += ", ";
    text += kNames[static_cast<size_t>(outcome.status)];
  }
  return text;
}

}  // namespace oneway::test
