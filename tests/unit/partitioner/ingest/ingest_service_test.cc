// SPDX-License-Identifier: Apache-2.0
// The service as a client meets it: over a real channel, with a router in the place of the forwarder.
#include "partitioner/ingest/ingest_service.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/rpc/status.h"
#include "common/sync/mutex.h"
#include "tests/support/fake_clock.h"

namespace oneway::partitioner::ingest {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

MonotonicTime In(Duration duration) {
  return std::chrono::steady_clock::now() + duration;
}

// Holds what was routed until the test lets it go.
class HoldingRouter {
 public:
  Destination destination() {
    return {.read_shards = [](std::vector<uint32_t>& shards) { shards.assign(1, 1); },
            .append =
                [this](const route::StagedLane& staged, const std::shared_ptr<route::BatchTicket>& ticket) {
                  const sync::MutexLock lock(mutex_);
                  held_.emplace_back(ticket, static_cast<uint32_t>(staged.columns.count()));
                  changed_.NotifyAll();
                }};
  }
  // Waits until `batches` batches with good events are here.
  void WaitFor(size_t batches) {
    const sync::MutexLock lock(mutex_);
    while (held_.size() < batches) changed_.Wait(mutex_);
  }
  // Settles the batch that came as number `index`.
  void Settle(size_t index) {
    std::pair<std::shared_ptr<route::BatchTicket>, uint32_t> held;
    {
      const sync::MutexLock lock(mutex_);
      held = held_[index];
    }
    held.first->Settle(held.second);
  }
  size_t batches() {
    const sync::MutexLock lock(mutex_);
    return held_.size();
  }

 private:
  sync::Mutex mutex_;
  sync::ConditionVariable changed_;
  std::vector<std::pair<std::shared_ptr<route::BatchTicket>, uint32_t>> held_ ONEWAY_GUARDED_BY(mutex_);
};

v1::IngestBatch BatchOf(uint64_t number, const std::vector<std::string>& keys) {
  v1::IngestBatch batch;
  batch.set_batch(number);
  batch.add_series()->set_flow("push");
  for (const std::string& key : keys) {
    v1::Event& event = *batch.add_events();
    event.set_kind(v1::START);
    event.set_key(key);
    event.set_time_unix_nanos(ToUnixNanos(time::FakeClock::At(seconds(40))));
  }
  return batch;
}

// "7: 1=INVALID/KEY_LENGTH"
std::string Show(const v1::IngestAnswer& answer) {
  std::string shown = std::to_string(answer.batch()) + ":";
  for (const v1::EventException& exception : answer.exceptions()) {
    shown += " " + std::to_string(exception.index()) + "=" + v1::EventStatus_Name(exception.status());
    if (exception.reason() != 0) shown += "/" + v1::InvalidReason_Name(exception.reason());
  }
  return shown;
}

class IngestServiceTest : public testing::Test {
 protected:
  using ClientStream = grpc::ClientReaderWriter<v1::IngestBatch, v1::IngestAnswer>;

  IngestServiceTest() {
    auto server = rpc::StartServer({.listen = "127.0.0.1:0", .services = {&service_}});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    stub_ = v1::Ingest::NewStub(rpc::ChannelTo(rpc::ToString(server_.address)));
  }
  ~IngestServiceTest() override { service_.Drain(In(seconds(0))); }

  std::unique_ptr<ClientStream> Open(grpc::ClientContext& call) {
    call.set_deadline(std::chrono::system_clock::now() + seconds(20));
    return stub_->Stream(&call);
  }
  static std::string NextAnswer(ClientStream& stream) {
    v1::IngestAnswer answer;
    return stream.Read(&answer) ? Show(answer) : "no answer";
  }

  time::FakeClock clock_;
  route::SeriesTable series_{{}};
  HoldingRouter router_;  // its batches hold series
  const hash::SlotMap slots_ = hash::SlotMap::EqualRanges(1);
  route::HeldTimes held_{{}};
  const Destination destination_ = router_.destination();
  const SessionContext context_{.intake = {slots_, hash::HashSeed{7}, series_, destination_},
                                .clock = clock_,
                                .held = held_,
                                .figures = std::make_shared<IngestFigures>(),
                                .window_batches = 2};
  IngestService service_{{.client_streams_max = 2}, context_};
  rpc::RunningServer server_;
  std::unique_ptr<v1::Ingest::Stub> stub_;
};

TEST_F(IngestServiceTest, ABadEventIsRefusedByItselfAndTheGoodOnesOfItsBatchGoOn) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  v1::IngestBatch batch = BatchOf(7, {"a", "", "c", "d"});
  batch.mutable_events(2)->set_series(5);
  batch.add_series()->set_flow("No Flow");
  batch.mutable_events(3)->set_series(1);
  ASSERT_TRUE(stream->Write(batch));
  router_.WaitFor(1);
  router_.Settle(0);
  EXPECT_EQ(NextAnswer(*stream), "7: 1=INVALID/KEY_LENGTH 2=INVALID/UNKNOWN_SERIES 3=INVALID/FLOW_NAME");
  stream->WritesDone();
  EXPECT_EQ(NextAnswer(*stream), "no answer");
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(context_.figures->events[0], 1u);
  EXPECT_EQ(context_.figures->events[2], 3u);
}

TEST_F(IngestServiceTest, BatchesAreAnsweredAsTheyAreSettledInAnyOrder) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  ASSERT_TRUE(stream->Write(BatchOf(1, {"a"})));
  ASSERT_TRUE(stream->Write(BatchOf(2, {"b"})));
  router_.WaitFor(2);
  router_.Settle(1);
  EXPECT_EQ(NextAnswer(*stream), "2:");
  router_.Settle(0);
  EXPECT_EQ(NextAnswer(*stream), "1:");
}

TEST_F(IngestServiceTest, ABatchWithoutGoodEventsIsAnsweredAtOnce) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  ASSERT_TRUE(stream->Write(BatchOf(1, {""})));
  EXPECT_EQ(NextAnswer(*stream), "1: 0=INVALID/KEY_LENGTH");
  ASSERT_TRUE(stream->Write(BatchOf(2, {})));
  EXPECT_EQ(NextAnswer(*stream), "2:");
}

TEST_F(IngestServiceTest, AnOversizedBatchEndsTheStreamAndSaysWhy) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  ASSERT_TRUE(stream->Write(BatchOf(9, std::vector<std::string>(1001, "k"))));
  EXPECT_EQ(NextAnswer(*stream), "no answer");
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("batch 9 has 1001 events"));
  EXPECT_EQ(router_.batches(), 0u);
}

TEST_F(IngestServiceTest, AClientIsNotReadBeyondItsWindow) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  for (uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(stream->Write(BatchOf(i, {"a"})));
  router_.WaitFor(2);
  EXPECT_EQ(context_.figures->batches, 2u) << "the third waits";
  router_.Settle(0);
  EXPECT_EQ(NextAnswer(*stream), "1:");
  router_.WaitFor(3);
}

TEST_F(IngestServiceTest, AStreamThatIsCutLeavesItsEventsOnTheirWayAndItsWordInForce) {
  {
    grpc::ClientContext call;
    const auto stream = Open(call);
    v1::IngestBatch batch = BatchOf(1, {"a"});
    batch.set_oldest_unanswered_unix_nanos(ToUnixNanos(time::FakeClock::At(seconds(30))));
    ASSERT_TRUE(stream->Write(batch));
    router_.WaitFor(1);
    call.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  service_.Drain(In(seconds(10)));  // the call is over on this side, too
  clock_.Advance(seconds(29));
  EXPECT_EQ(held_.Oldest(clock_.Monotonic()), time::FakeClock::At(seconds(30)));
  router_.Settle(0);
  EXPECT_EQ(context_.figures->events[0], 1u) << "settled, though nobody is there to hear it";
}

TEST_F(IngestServiceTest, ASingleCallMeansTheSameAsAStream) {
  auto answered = std::async(std::launch::async, [this] {
    grpc::ClientContext call;
    v1::IngestAnswer answer;
    const grpc::Status status = stub_->Send(&call, BatchOf(3, {"a", ""}), &answer);
    return status.ok() ? Show(answer) : status.error_message();
  });
  router_.WaitFor(1);
  router_.Settle(0);
  EXPECT_EQ(answered.get(), "3: 1=INVALID/KEY_LENGTH");

  grpc::ClientContext call;
  v1::IngestAnswer answer;
  const grpc::Status status = stub_->Send(&call, BatchOf(4, std::vector<std::string>(1001, "k")), &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(IngestServiceTest, MoreClientsThanAllowedAreToldWhenToComeBack) {
  grpc::ClientContext calls[3];
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (int i = 0; i < 2; ++i) {
    streams.push_back(Open(calls[i]));
    ASSERT_TRUE(streams.back()->Write(BatchOf(1, {})));
    ASSERT_EQ(NextAnswer(*streams.back()), "1:");
  }
  const auto refused = Open(calls[2]);
  EXPECT_EQ(NextAnswer(*refused), "no answer");
  const grpc::Status status = refused->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(rpc::RetryDelayOf(status), seconds(1));
}

TEST_F(IngestServiceTest, DrainingAnswersWhatWasReadAndThenEndsTheStream) {
  grpc::ClientContext call;
  const auto stream = Open(call);
  ASSERT_TRUE(stream->Write(BatchOf(1, {"a"})));
  router_.WaitFor(1);
  auto drained = std::async(std::launch::async, [this] { service_.Drain(In(seconds(15))); });
  // Once a new call is refused, draining has begun.
  grpc::StatusCode refusal = grpc::StatusCode::OK;
  while (refusal != grpc::StatusCode::UNAVAILABLE) {
    grpc::ClientContext other;
    v1::IngestAnswer answer;
    refusal = stub_->Send(&other, BatchOf(2, {}), &answer).error_code();
  }
  router_.Settle(0);
  EXPECT_EQ(NextAnswer(*stream), "1:");
  EXPECT_EQ(NextAnswer(*stream), "no answer");
  EXPECT_FALSE(stream->Finish().ok());
  drained.get();
}

}  // namespace
}  // namespace oneway::partitioner::ingest
