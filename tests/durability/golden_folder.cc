// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/golden_folder.h"

#include <glog/logging.h>

#include <functional>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "joiner/journal/rocksdb_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/joiner/joiner_harness.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/store_options.h"

namespace oneway::test {

using namespace std::chrono_literals;
using event::Kind;
using flow::Ends;
using flow::Shape;

namespace {

constexpr Duration kSoon = 20s;
constexpr Duration kNever = 24h;

flow::Rules RulesOf(Shape shape, Ends ends, Duration ttl) {
  return {.shape = shape,
          .ttl = ttl,
          .retry_window = 24h,
          .late_window = 24h,
          .arrival_grace = 1s,
          .settle = 2s,
          .ends = ends};
}

std::unique_ptr<journal::RocksDbStore> OpenStore(const std::string& folder) {
  auto store = journal::RocksDbStore::Open(journal::TestStoreOptions(folder));
  CHECK(store.ok()) << store.status();
  return *std::move(store);
}

// One run of a joiner on the folder.
void Run(const std::string& folder, time::FakeClock& clock, const flow::Rules& rules,
         const std::function<void(JoinerHarness&)>& use) {
  const std::unique_ptr<journal::RocksDbStore> store = OpenStore(folder);
  JoinerHarness joiner(JoinerHarness::OptionsFor(rules), clock, *store);
  use(joiner);
}

const std::vector<std::string>& Keys() {
  static const auto* const kKeys =
      new std::vector<std::string>{"matched",   "expired", "late", "task-done", "task-stuck", "task-empty",
                                   "task-open", "devices", "open", "early",     "staged"};
  return *kKeys;
}

const char* NameOf(join::KeyState state) {
  static constexpr const char* kNames[] = {"absent", "open", "early", "matched", "expired", "late"};
  return kNames[static_cast<size_t>(state)];
}

std::string Describe(const std::string& key, const join::KeyStory& story) {
  std::string line = absl::StrCat("key ", key, " ", NameOf(story.state));
  if (story.latency) absl::StrAppend(&line, " after ", story.latency->count(), " ns");
  if (story.empty) absl::StrAppend(&line, " empty");
  if (story.parts) absl::StrAppend(&line, " parts ", story.parts->ended, "/", story.parts->known);
  if (story.parts && story.parts->missing > 0) absl::StrAppend(&line, " missing ", story.parts->missing);
  return line + "\n";
}

}  // namespace

void WriteGoldenFolder(const std::string& folder) {
  time::FakeClock clock;
  const auto now = [&clock] { return clock.Wall() - time::FakeClock::kBase; };
  Run(folder, clock, RulesOf(Shape::kPair, Ends::kFirst, kSoon), [&](JoinerHarness& joiner) {
    joiner.SendAndWait({Start("matched", 0s), Start("expired", 0s), Start("late", 0s)});
    joiner.SendAndWait({End("matched", 7s)});
    joiner.PassTimeHearing(70s);
    joiner.SendAndWait({End("late", 50s)});
  });
  Run(folder, clock, RulesOf(Shape::kFanout, Ends::kFirst, kSoon), [&](JoinerHarness& joiner) {
    const Duration begin = now();
    joiner.SendAndWait({Start("task-done", begin), PartStarted("task-done", "a", begin + 1s),
                        PartEnded("task-done", "a", begin + 3s), Completed("task-done", begin + 2s)});
    joiner.SendAndWait({Start("task-stuck", begin), PartStarted("task-stuck", "b", begin + 1s)});
    joiner.SendAndWait({Start("task-empty", begin), Completed("task-empty", begin + 4s)});
    joiner.PassTimeHearing(70s);
  });
  Run(folder, clock, RulesOf(Shape::kFanout, Ends::kFirst, kNever), [&](JoinerHarness& joiner) {
    joiner.SendAndWait({Start("task-open", now()), PartStarted("task-open", "a", now()),
                        PartStarted("task-open", "b", now()), PartEnded("task-open", "b", now() + 1s)});
  });
  Run(folder, clock, RulesOf(Shape::kPair, Ends::kEvery, kNever), [&](JoinerHarness& joiner) {
    joiner.SendAndWait(
        {Start("devices", now()), {.kind = Kind::kEnd, .key = "devices", .at = now() + 5s, .id = "phone"}});
  });
  Run(folder, clock, RulesOf(Shape::kPair, Ends::kFirst, kNever), [&](JoinerHarness& joiner) {
    joiner.SendAndWait(
        {Start("open", now()), Stage("open", "sent", now() + 1s), End("early", now()), Stage("staged", "sent", now())});
  });
}

std::string DescribeGoldenFolder(const std::string& folder) {
  std::string text;
  {
    const std::unique_ptr<journal::RocksDbStore> store = OpenStore(folder);
    const journal::JournalDriver driver(*store);
    CHECK(driver.restored().ok()) << driver.restored();
    absl::StrAppend(&text, "commit ", static_cast<uint64_t>(store->Durable().commit), "\n");
    for (const auto& [sequence, row] : driver.rows()) absl::StrAppend(&text, "row ", row, "\n");
  }
  time::FakeClock clock(time::FakeClock::At(200s));
  const std::unique_ptr<journal::RocksDbStore> store = OpenStore(folder);
  JoinerHarness joiner(JoinerHarness::OptionsFor(RulesOf(Shape::kPair, Ends::kFirst, kNever)), clock, *store);
  for (const std::string& key : Keys()) text += Describe(key, joiner.Story(key));
  const auto totals = joiner.TryTotals();
  CHECK(totals.has_value()) << joiner.failure();
  // Later counters are not in the folder of then.
  constexpr auto kCountersOfThen = static_cast<size_t>(ledger::Counter::kCohortExpired);
  for (size_t counter = 0; counter < kCountersOfThen; ++counter) {
    absl::StrAppend(&text, "counter ", counter, " = ", totals->figures.counters[counter], "\n");
  }
  absl::StrAppend(&text, "open ", totals->open, "\nlatencies ", totals->figures.latency.count(), " sum ",
                  static_cast<uint64_t>(totals->figures.latency.sum_nanos()), " ns, late ",
                  totals->figures.late.count(), " sum ", static_cast<uint64_t>(totals->figures.late.sum_nanos()),
                  " ns\n");
  return text;
}

}  // namespace oneway::test
