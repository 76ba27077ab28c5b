// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/batch_stream.h"

#include <glog/logging.h>

#include <algorithm>
#include <utility>

#include "common/rpc/channel.h"

namespace oneway::bench {
namespace {

Time Now() {
  return std::chrono::system_clock::now();
}

}  // namespace

BatchStream::BatchStream(const std::string& target, const FlowPlanner& planner, Options options)
    : planner_(planner),
      options_(options),
      stub_(v1::Ingest::NewStub(rpc::ChannelTo(target))),
      index_of_series_(planner.series(), 0),
      key_(planner.key_bytes(), '\0') {
  context_.set_wait_for_ready(true);
  stream_ = stub_->Stream(&context_);
  reader_ = std::thread([this] { ReadAnswers(); });
}

BatchStream::~BatchStream() {
  context_.TryCancel();
  if (reader_.joinable()) reader_.join();
}

void BatchStream::Add(const PlannedEvent& planned) {
  if (batch_.events_size() == 0) oldest_due_ = planned.due;
  oldest_due_ = std::min(oldest_due_, planned.due);
  const uint32_t number = planner_.SeriesOf(planned.flow);
  uint32_t& index = index_of_series_[number];
  if (index == 0) {
    v1::Series& series = *batch_.add_series();
    series.set_flow(kFlowName);
    for (const auto& [name, value] : LabelsOf(number)) {
      v1::Label& label = *series.add_labels();
      label.set_name(name);
      label.set_value(value);
    }
    index = static_cast<uint32_t>(batch_.series_size());
  }
  v1::Event& event = *batch_.add_events();
  event.set_kind(static_cast<v1::EventKind>(planned.kind));
  event.set_series(index - 1);
  planner_.KeyOf(planned.flow, key_.data());
  event.set_key(key_);
  event.set_time_unix_nanos(ToUnixNanos(planned.time));
  if (batch_.events_size() == static_cast<int>(options_.batch_events)) Flush();
}

void BatchStream::Flush() {
  if (batch_.events_size() == 0) return;
  WaitForRoom();
  batch_.set_batch(next_batch_++);
  // Nothing older waits here than what was not answered yet; saying less would be wrong, saying more only costs.
  batch_.set_oldest_unanswered_unix_nanos(ToUnixNanos(oldest_due_));
  stream_->Write(batch_);  // if it fails the reader learns of it
  batch_.Clear();
  std::fill(index_of_series_.begin(), index_of_series_.end(), 0);
}

bool BatchStream::HasRoom() {
  const sync::MutexLock lock(mutex_);
  return ended_ || unanswered_ < options_.window_batches;
}

void BatchStream::WaitForRoom() {
  const sync::MutexLock lock(mutex_);
  while (!ended_ && unanswered_ >= options_.window_batches) changed_.Wait(mutex_);
  sent_.push_back({oldest_due_, static_cast<uint32_t>(batch_.events_size())});
  ++unanswered_;
}

bool BatchStream::Finish() {
  Flush();
  stream_->WritesDone();
  reader_.join();
  const sync::MutexLock lock(mutex_);
  return unanswered_ == 0;
}

void BatchStream::ReadAnswers() {
  v1::IngestAnswer answer;
  while (stream_->Read(&answer)) {
    const Time now = Now();
    const sync::MutexLock lock(mutex_);
    Take(answer, now);
    changed_.NotifyOne();
  }
  const grpc::Status status = stream_->Finish();
  LOG_IF(ERROR, !status.ok()) << "the stream ended: " << status.error_message();
  const sync::MutexLock lock(mutex_);
  ended_ = true;
  changed_.NotifyOne();
}

void BatchStream::Take(const v1::IngestAnswer& answer, Time now) {
  CHECK(answer.batch() >= first_ && answer.batch() - first_ < sent_.size()) << "an answer to no batch";
  Sent& sent = sent_[answer.batch() - first_];
  CHECK_GT(sent.events, 0u) << "a batch was answered twice";
  answered_.events += sent.events;
  for (const v1::EventException& exception : answer.exceptions()) {
    ++(exception.status() == v1::DUPLICATE ? answered_.duplicate : answered_.refused);
  }
  answered_.latencies.Record(std::max(now - sent.due, Duration::zero()), sent.events);
  sent.events = 0;
  --unanswered_;
  for (; !sent_.empty() && sent_.front().events == 0; ++first_) sent_.pop_front();
}

BatchStream::Answered BatchStream::answered() const {
  const sync::MutexLock lock(mutex_);
  return answered_;
}

void BatchStream::ForgetLatencies() {
  const sync::MutexLock lock(mutex_);
  answered_.latencies = {};
}

}  // namespace oneway::bench
