// SPDX-License-Identifier: Apache-2.0
//
// What every EventSink owes the client's thread; the fake and the gRPC one are held to the same.
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "client/internal/event_sink.h"
#include "client/internal/grpc_event_sink.h"
#include "tests/unit/client/support/awaited.h"
#include "tests/unit/client/support/fake_event_sink.h"
#include "tests/unit/client/support/ingest_server.h"

namespace oneway::client {
namespace {

using std::chrono::milliseconds;

class RecordingListener final : public StreamListener {
 public:
  void OnWritable() override { writable.Put(true); }
  void OnAnswer(const v1::IngestAnswer& answer) override { answers.Put(answer); }
  void OnEnd(const StreamEnd& end) override { ends.Put(end); }

  Awaited<bool> writable;
  Awaited<v1::IngestAnswer> answers;
  Awaited<StreamEnd> ends;
};

// A sink and the means to play its far end.
class SinkUnderTest {
 public:
  virtual ~SinkUnderTest() = default;
  virtual EventSink& sink() = 0;
  virtual std::string target() = 0;
  virtual v1::IngestBatch TakeBatch() = 0;
  virtual void Answer(const v1::IngestAnswer& answer) = 0;
  virtual void EndQuietly() = 0;
  virtual void EndForLoad(milliseconds retry_after) = 0;
};

class FakeUnderTest final : public SinkUnderTest {
 public:
  EventSink& sink() override { return sink_; }
  std::string target() override { return "fake:1"; }
  v1::IngestBatch TakeBatch() override { return peer_.TakeBatch(); }
  void Answer(const v1::IngestAnswer& answer) override { peer_.Answer(answer); }
  void EndQuietly() override { peer_.End({.reason = "over"}); }
  void EndForLoad(milliseconds retry_after) override { peer_.End({.reason = "load", .retry_after = retry_after}); }

 private:
  FakePeer peer_;
  FakeEventSink sink_{peer_};
};

// google.rpc.Status with one RetryInfo, as bytes: Debian has no C++ code for either.
std::string StatusWithRetryInfo(milliseconds delay) {
  google::protobuf::Duration duration;
  duration.set_seconds(delay.count() / 1000);
  duration.set_nanos(static_cast<int32_t>(delay.count() % 1000 * 1'000'000));
  const std::string duration_bytes = duration.SerializeAsString();
  google::protobuf::Any any;
  any.set_type_url("type.googleapis.com/google.rpc.RetryInfo");
  any.set_value("\x0a" + std::string(1, static_cast<char>(duration_bytes.size())) + duration_bytes);
  const std::string any_bytes = any.SerializeAsString();
  return "\x08\x08\x12\x04load\x1a" + std::string(1, static_cast<char>(any_bytes.size())) + any_bytes;
}

class GrpcUnderTest final : public SinkUnderTest {
 public:
  EventSink& sink() override { return sink_; }
  std::string target() override { return server_.target(); }
  v1::IngestBatch TakeBatch() override { return server_.TakeBatch(); }
  void Answer(const v1::IngestAnswer& answer) override { server_.Answer(answer); }
  void EndQuietly() override { server_.End(grpc::Status::OK); }
  void EndForLoad(milliseconds retry_after) override {
    server_.End(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "load", StatusWithRetryInfo(retry_after)));
  }

 private:
  IngestServer server_;
  GrpcEventSink sink_;
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<SinkUnderTest>()> create;
};

class EventSinkContract : public testing::TestWithParam<Kind> {
 protected:
  static v1::IngestBatch Batch(uint64_t number) {
    v1::IngestBatch batch;
    batch.set_batch(number);
    batch.add_series()->set_flow("push");
    v1::Event& event = *batch.add_events();
    event.set_kind(v1::START);
    event.set_key("key-" + std::to_string(number));
    event.set_time_unix_nanos(7);
    return batch;
  }

  // Sends and waits until the batch may go.
  void Send(uint64_t number) {
    const v1::IngestBatch batch = Batch(number);
    under_test_->sink().Send(batch);
    EXPECT_TRUE(listener_.writable.Take());
  }

  void Open() { under_test_->sink().Open(under_test_->target(), listener_); }

  RecordingListener listener_;
  std::unique_ptr<SinkUnderTest> under_test_ = GetParam().create();
};

TEST_P(EventSinkContract, BatchesArriveUnchangedAndInOrder) {
  Open();
  for (uint64_t number = 1; number <= 3; ++number) Send(number);
  for (uint64_t number = 1; number <= 3; ++number) {
    EXPECT_EQ(under_test_->TakeBatch().SerializeAsString(), Batch(number).SerializeAsString());
  }
}

TEST_P(EventSinkContract, AnswersReachTheListenerUnchangedInWhateverOrderTheyCome) {
  Open();
  Send(1);
  Send(2);
  under_test_->TakeBatch();
  under_test_->TakeBatch();
  v1::IngestAnswer second;
  second.set_batch(2);
  v1::EventException& exception = *second.add_exceptions();
  exception.set_index(0);
  exception.set_status(v1::INVALID);
  exception.set_reason(v1::TIME_AHEAD);
  v1::IngestAnswer first;
  first.set_batch(1);
  under_test_->Answer(second);
  under_test_->Answer(first);
  EXPECT_EQ(listener_.answers.Take().SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(listener_.answers.Take().SerializeAsString(), first.SerializeAsString());
}

TEST_P(EventSinkContract, AStreamThatThePeerEndsEndsOnceWithAReason) {
  Open();
  Send(1);
  under_test_->TakeBatch();
  under_test_->EndQuietly();
  const StreamEnd end = listener_.ends.Take();
  EXPECT_NE(end.reason, "");
  EXPECT_EQ(end.retry_after, std::nullopt);
  under_test_->sink().Close();
  EXPECT_TRUE(listener_.ends.IsEmpty());
}

TEST_P(EventSinkContract, RefusalForLoadTellsWhenToComeBack) {
  Open();
  Send(1);
  under_test_->TakeBatch();
  under_test_->EndForLoad(milliseconds(1250));
  const StreamEnd end = listener_.ends.Take();
  ASSERT_TRUE(end.retry_after.has_value());
  EXPECT_EQ(*end.retry_after, milliseconds(1250));
}

TEST_P(EventSinkContract, ABatchSentAfterTheEndIsLostAndHarmless) {
  Open();
  Send(1);
  under_test_->TakeBatch();
  under_test_->EndQuietly();
  listener_.ends.Take();
  const v1::IngestBatch batch = Batch(2);
  under_test_->sink().Send(batch);
  under_test_->sink().Close();
}

TEST_P(EventSinkContract, AfterCloseTheListenerIsLeftAlone) {
  {
    // Would be a use after return if it were not.
    RecordingListener short_lived;
    under_test_->sink().Open(under_test_->target(), short_lived);
    const v1::IngestBatch batch = Batch(1);
    under_test_->sink().Send(batch);
    short_lived.writable.Take();
    under_test_->TakeBatch();
    under_test_->sink().Close();
    EXPECT_TRUE(short_lived.ends.IsEmpty());
  }
  under_test_->Answer(v1::IngestAnswer());
  under_test_->EndQuietly();
  under_test_->sink().Close();
}

TEST_P(EventSinkContract, CanBeOpenedAgainAfterAnEnd) {
  Open();
  Send(1);
  under_test_->TakeBatch();
  under_test_->EndQuietly();
  listener_.ends.Take();
  under_test_->sink().Close();
  Open();
  Send(2);
  EXPECT_EQ(under_test_->TakeBatch().batch(), 2u);
}

INSTANTIATE_TEST_SUITE_P(AllSinks, EventSinkContract,
                         testing::Values(Kind{"Fake", [] { return std::make_unique<FakeUnderTest>(); }},
                                         Kind{"Grpc", [] { return std::make_unique<GrpcUnderTest>(); }}),
                         [](const auto& kind) { return kind.param.name; });

TEST(GrpcEventSink, ATargetWhereNobodyListensEndsTheStreamAtOnce) {
  std::string target;
  {
    IngestServer gone;
    target = gone.target();
  }
  RecordingListener listener;
  GrpcEventSink sink;
  sink.Open(target, listener);
  EXPECT_NE(listener.ends.Take().reason, "");
}

}  // namespace
}  // namespace oneway::client
