// SPDX-License-Identifier: Apache-2.0
//
// The whole client against a partitioner of the test's own, over gRPC.
#include "client/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/client/support/ingest_server.h"

namespace oneway::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;

uint64_t Settled(const Counters& counters) {
  return counters.acked + counters.invalid + counters.too_late + counters.dropped_at_shutdown;
}

TEST(Client, TellsStartAndEndWithTheirTimesAndLabels) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  const Label region[] = {{"region", "eu"}};
  EXPECT_EQ(client->Start("push", "k", Time(nanoseconds(5))), Outcome::kQueued);
  EXPECT_EQ(server.TakeBatch().ShortDebugString(),
            "batch: 1 series { flow: \"push\" } events { kind: START key: \"k\" time_unix_nanos: 5 } "
            "oldest_unanswered_unix_nanos: 5");
  EXPECT_EQ(client->End("push", "k", {.time = Time(nanoseconds(9)), .labels = region}), Outcome::kQueued);
  EXPECT_EQ(client->Shutdown(minutes(1)).acked, 2u);
  const v1::IngestBatch end = server.TakeBatch();
  EXPECT_EQ(end.series(0).ShortDebugString(), "flow: \"push\" labels { name: \"region\" value: \"eu\" }");
  EXPECT_EQ(end.events(0).ShortDebugString(), "kind: END key: \"k\" time_unix_nanos: 9");
}

// The next so many events, in however many batches they come.
std::vector<v1::Event> TakeEvents(IngestServer& server, size_t count) {
  std::vector<v1::Event> events;
  while (events.size() < count) {
    const v1::IngestBatch batch = server.TakeBatch();
    events.insert(events.end(), batch.events().begin(), batch.events().end());
  }
  return events;
}

TEST(Client, TellsOfTheStartThePartsAndTheCompletionOfAFanout) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  const auto at = [](int64_t nanos) { return Time(nanoseconds(nanos)); };
  EXPECT_EQ(client->Start("task", "k", {.time = at(1), .expected = 2}), Outcome::kQueued);
  EXPECT_EQ(client->PartStarted("task", "k", "a", at(2)), Outcome::kQueued);
  EXPECT_EQ(client->PartEnded("task", "k", "a", at(3)), Outcome::kQueued);
  EXPECT_EQ(client->Completed("task", "k", at(4)), Outcome::kQueued);
  EXPECT_EQ(client->Completed("task", "k", {.time = at(5), .expected = 1024, .end_id = "none of its"}),
            Outcome::kQueued);
  EXPECT_EQ(client->Shutdown(minutes(1)).acked, 5u);
  std::string told;
  for (const v1::Event& event : TakeEvents(server, 5)) told += event.ShortDebugString() + "\n";
  EXPECT_EQ(told,
            "kind: START key: \"k\" time_unix_nanos: 1 expected: 2\n"
            "kind: PART_STARTED key: \"k\" time_unix_nanos: 2 id: \"a\"\n"
            "kind: PART_ENDED key: \"k\" time_unix_nanos: 3 id: \"a\"\n"
            "kind: COMPLETED key: \"k\" time_unix_nanos: 4\n"
            "kind: COMPLETED key: \"k\" time_unix_nanos: 5 expected: 1024\n");
}

TEST(Client, TellsOfStages) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  EXPECT_EQ(client->Stage("push", "k", "queued", Time(nanoseconds(2))), Outcome::kQueued);
  EXPECT_EQ(client->Stage("push", "k", "sent"), Outcome::kQueued);
  EXPECT_EQ(client->Stage("push", "k", ""), Outcome::kInvalidArgument);
  EXPECT_EQ(client->Stage("push", "k", std::string(65, 's')), Outcome::kInvalidArgument);
  EXPECT_EQ(Client::ExplainStage("push", "k", ""), "stage is not 1 to 64 bytes");
  EXPECT_EQ(Client::ExplainStage("push", "k", "sent"), "");
  EXPECT_EQ(client->Shutdown(minutes(1)).acked, 2u);
  const std::vector<v1::Event> events = TakeEvents(server, 2);
  EXPECT_EQ(events[0].ShortDebugString(), "kind: STAGE key: \"k\" time_unix_nanos: 2 id: \"queued\"");
  EXPECT_EQ(events[1].id(), "sent");
}

TEST(Client, WithoutATimeAPartAndACompletionHappenedNow) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  const Time before = std::chrono::system_clock::now();
  client->PartStarted("task", "k", "a");
  client->PartEnded("task", "k", "a");
  client->Completed("task", "k");
  const Time after = std::chrono::system_clock::now();
  client->Shutdown(minutes(1));
  for (const v1::Event& event : TakeEvents(server, 3)) {
    EXPECT_LE(before, Time(nanoseconds(event.time_unix_nanos())));
    EXPECT_GE(after, Time(nanoseconds(event.time_unix_nanos())));
  }
}

TEST(Client, APartWithoutAnIdAndTooManyExpectedNeverLeave) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  EXPECT_EQ(client->PartStarted("task", "k", ""), Outcome::kInvalidArgument);
  EXPECT_EQ(client->PartEnded("task", "k", std::string(65, 'p')), Outcome::kInvalidArgument);
  EXPECT_EQ(client->Start("task", "k", {.expected = 1025}), Outcome::kInvalidArgument);
  EXPECT_EQ(client->Completed("task", "k", {.expected = 1025}), Outcome::kInvalidArgument);
  const Counters counters = client->Shutdown(minutes(1));
  EXPECT_EQ(counters.dropped_invalid_argument, 4u);
  EXPECT_EQ(counters.accepted, 0u);
}

TEST(Client, EveryReasonOfTheWireHasItsName) {
  ASSERT_EQ(v1::InvalidReason_ARRAYSIZE, static_cast<int>(Counters::kReasons));
  for (int reason = 1; reason < v1::InvalidReason_ARRAYSIZE; ++reason) {
    EXPECT_EQ(InvalidReasonName(static_cast<size_t>(reason)),
              v1::InvalidReason_Name(static_cast<v1::InvalidReason>(reason)));
  }
}

TEST(Client, CountsEventsThatOnewayRefusedByReason) {
  IngestServer server([](const v1::IngestBatch& batch) {
    v1::IngestAnswer answer;
    answer.set_batch(batch.batch());
    v1::EventException& exception = *answer.add_exceptions();
    exception.set_status(v1::INVALID);
    exception.set_reason(v1::TIME_AHEAD);
    return answer;
  });
  auto client = Client::Create({.targets = {server.target()}});
  client->Start("push", "k");
  const Counters counters = client->Shutdown(minutes(1));
  EXPECT_EQ(counters.invalid, 1u);
  for (size_t reason = 0; reason < Counters::kReasons; ++reason) {
    EXPECT_EQ(counters.invalid_by_reason[reason], InvalidReasonName(reason) == "TIME_AHEAD" ? 1u : 0u) << reason;
  }
}

TEST(Client, GoesToTheNextTargetWhenOneIsGone) {
  IngestServer gone;
  const std::string gone_target = gone.target();
  gone.Stop();
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {gone_target, server.target()}, .backoff_min = milliseconds(1)});
  client->Start("push", "k");
  EXPECT_EQ(client->Shutdown(minutes(1)).acked, 1u);
  EXPECT_EQ(client->connection().target, server.target());
  EXPECT_NE(client->connection().last_error, "");
}

TEST(Client, SurvivesAServerThatEndsItsStreamAgainAndAgain) {
  std::atomic<int> batches{0};
  IngestServer* server_address = nullptr;
  IngestServer server([&](const v1::IngestBatch& batch) -> std::optional<v1::IngestAnswer> {
    // Every third batch is lost together with its stream.
    if (++batches % 3 != 0) return IngestServer::AnswersOk()(batch);
    server_address->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "draining"));
    return std::nullopt;
  });
  server_address = &server;
  auto client = Client::Create({.targets = {server.target()},
                                .batch_events_max = 10,
                                .window_batches_max = 4,
                                .backoff_min = nanoseconds(100'000),
                                .backoff_max = milliseconds(1)});
  for (int i = 0; i < 500; ++i) client->Start("push", std::to_string(i));
  const Counters counters = client->Shutdown(minutes(1));
  EXPECT_EQ(counters.acked, 500u);
  EXPECT_GT(counters.resent, 0u);
}

TEST(Client, WithNobodyListeningItNeverBlocksAndDropsAtTheBound) {
  IngestServer gone;
  const std::string target = gone.target();
  gone.Stop();
  auto client = Client::Create({.targets = {target}, .queue_bytes_max = size_t{64} << 10});
  const uint64_t calls = 10'000;
  for (uint64_t i = 0; i < calls; ++i) client->Start("push", "0123456789abcdef");
  EXPECT_FALSE(client->WaitForRoom(milliseconds(1)));
  const Counters counters = client->Shutdown(milliseconds(1));
  EXPECT_EQ(counters.accepted + counters.dropped_queue_full, calls);
  EXPECT_GT(counters.dropped_queue_full, 0u);
  EXPECT_EQ(counters.accepted, counters.dropped_at_shutdown);
}

TEST(Client, AfterShutdownEventsAreRefusedAndShutdownMayBeRepeated) {
  IngestServer server(IngestServer::AnswersOk());
  auto client = Client::Create({.targets = {server.target()}});
  client->Start("push", "a");
  EXPECT_EQ(client->Shutdown(minutes(1)).acked, 1u);
  EXPECT_EQ(client->End("push", "a"), Outcome::kShutdown);
  const Counters counters = client->Shutdown(minutes(1));
  EXPECT_EQ(counters.acked, 1u);
  EXPECT_EQ(counters.dropped_after_shutdown, 1u);
}

// Answers of every sort while threads append and others look: no snapshot may be off by one.
TEST(Client, TheCountersAddUpAtEveryInstant) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mutex mutex;
  std::mt19937_64 random(seed);
  IngestServer server([&](const v1::IngestBatch& batch) {
    std::lock_guard lock(mutex);
    v1::IngestAnswer answer;
    answer.set_batch(batch.batch());
    for (int i = 0; i < batch.events_size(); ++i) {
      const uint64_t die = random() % 20;
      if (die > 4 || die == 0) continue;
      v1::EventException& exception = *answer.add_exceptions();
      exception.set_index(static_cast<uint32_t>(i));
      exception.set_status(static_cast<v1::EventStatus>(die));
    }
    return answer;
  });
  auto client = Client::Create({.targets = {server.target()}, .queue_bytes_max = size_t{1} << 20});
  constexpr uint64_t kThreads = 3;
  constexpr uint64_t kEvents = 20'000;
  std::atomic<bool> done{false};
  uint64_t looks = 0;
  std::thread looker([&] {
    while (!done.load()) {
      const Counters counters = client->counters();
      ASSERT_EQ(counters.accepted, Settled(counters) + counters.in_flight);
      ++looks;
    }
  });
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&client] {
      for (uint64_t i = 0; i < kEvents; ++i) {
        while (client->Start("push", std::to_string(i)) == Outcome::kQueueFull) client->WaitForRoom(minutes(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Counters counters = client->Shutdown(minutes(1));
  done.store(true);
  looker.join();
  EXPECT_GT(looks, 0u);
  EXPECT_EQ(counters.accepted, kThreads * kEvents);
  EXPECT_EQ(Settled(counters), counters.accepted);
  EXPECT_EQ(counters.dropped_at_shutdown, 0u);
  EXPECT_GT(counters.duplicate * counters.invalid * counters.too_late * counters.resent, 0u);
}

}  // namespace
}  // namespace oneway::client
