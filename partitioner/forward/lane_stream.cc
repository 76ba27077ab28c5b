// SPDX-License-Identifier: Apache-2.0
#include "partitioner/forward/lane_stream.h"

#include <utility>

namespace oneway::partitioner::forward {

LaneStream::LaneStream(Lane& lane, std::unique_ptr<ForwardStream> stream, v1::StreamOpen open, LinkFigures& figures,
                       OnEnd on_end)
    : lane_(lane), stream_(std::move(stream)), figures_(figures), on_end_(std::move(on_end)) {
  lane_.BeginStream();
  writer_ = std::thread([this, first = std::move(open)]() mutable { Write(std::move(first)); });
  reader_ = std::thread([this] { Read(); });
}

LaneStream::~LaneStream() {
  lane_.EndStream();
  stream_->Cancel();
  writer_.join();
  reader_.join();
}

void LaneStream::Write(v1::StreamOpen open) {
  v1::ForwardFrame frame;
  *frame.mutable_open() = std::move(open);
  bool open_for_more = stream_->Write(frame);
  while (open_for_more && lane_.WaitForFrame()) {
    if (!lane_.NextFrame(frame)) continue;
    figures_.frames_sent.fetch_add(1, std::memory_order_relaxed);
    figures_.bytes_sent.fetch_add(frame.ByteSizeLong(), std::memory_order_relaxed);
    open_for_more = stream_->Write(frame);
  }
}

void LaneStream::Read() {
  v1::SettleFrame frame;
  absl::Status violation;
  while (violation.ok() && stream_->Read(frame)) violation = lane_.Settle(frame);
  if (!violation.ok()) {
    stream_->Cancel();
    while (stream_->Read(frame)) {
      // What the joiner says after it broke the protocol is worth nothing.
    }
  }
  const absl::Status end = stream_->Finish();
  lane_.EndStream();
  on_end_(violation.ok() ? end : violation);
}

}  // namespace oneway::partitioner::forward
