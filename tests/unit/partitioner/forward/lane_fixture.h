// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/hash/fingerprint.h"
#include "oneway/v1/forward.pb.h"
#include "partitioner/forward/lane.h"
#include "partitioner/forward/unsettled_events.h"
#include "partitioner/route/batch_ticket.h"
#include "partitioner/route/columns.h"
#include "partitioner/route/series_table.h"
#include "tests/support/fake_clock.h"

namespace oneway::partitioner::forward {

inline constexpr hash::HashSeed kTestSeed{7};

// What lanes need around them, and words for their tests: batches go in by their keys, answers and frames come out as
// text.
class LaneWorld {
 public:
  explicit LaneWorld(uint64_t buffer_bytes_max = uint64_t{64} << 20, uint32_t joiners = 1)
      : budget(buffer_bytes_max, joiners) {}

  // Events at `second` after the clock's base, in a batch of their own, of the flow "push".
  route::Columns Events(const std::vector<std::string>& keys, int second = 0, const std::string& flow = "push") {
    route::Columns columns;
    const route::SeriesNumber number = *series.Take({flow, {}});
    for (uint16_t i = 0; i < keys.size(); ++i) {
      columns.Add({.kind = event::Kind::kStart,
                   .time_unix_nanos = ToUnixNanos(time::FakeClock::At(std::chrono::seconds(second))),
                   .key = keys[i]},
                  hash::FingerprintOf(kTestSeed, flow, keys[i]), number, i);
    }
    return columns;
  }

  // A ticket that writes its answer to `answers`: "b1:ok", or "b1:0=DUPLICATE,2=RETRY_AFTER(500)".
  std::shared_ptr<route::BatchTicket> Ticket(uint64_t batch, size_t events) {
    return std::make_shared<route::BatchTicket>(
        batch, static_cast<uint32_t>(events), [this](uint64_t number, std::vector<route::BatchException> exceptions) {
          std::string text = "b" + std::to_string(number) + ":";
          for (const auto& [index, outcome] : exceptions) {
            if (text.back() != ':') text += ",";
            text += std::to_string(index) + "=" + v1::EventStatus_Name(static_cast<v1::EventStatus>(outcome.status));
            if (outcome.retry_after_millis > 0) text += "(" + std::to_string(outcome.retry_after_millis) + ")";
          }
          answers.push_back(exceptions.empty() ? text + "ok" : text);
        });
  }

  void Append(Lane& lane, uint64_t batch, const std::vector<std::string>& keys, int second = 0) {
    const route::Columns columns = Events(keys, second);
    const size_t bytes = UnsettledEvents::BytesOf(columns);
    ASSERT_TRUE(budget.TryTake(context.joiner, bytes));
    auto ticket = Ticket(batch, keys.size());
    route::HeldSeries held_by_batch;
    const route::SeriesNumber number = *held_by_batch.Take(series, {"push", {}});
    ticket->Hold(std::move(held_by_batch));
    series.Release({&number, 1});  // what Events took: from here on only the batch holds it, as in the product
    lane.Append(columns, std::move(ticket), bytes);
  }

  // What lanes of this world need that go by a clock of the test's own.
  LaneContext ContextBy(const time::Clock& other, Duration flush_interval) {
    return {.flush_interval = flush_interval,
            .clock = other,
            .series = series,
            .held = held,
            .highest_mark = highest_mark,
            .budget = budget,
            .figures = figures};
  }

  time::FakeClock clock;
  route::SeriesTable series{{}};
  route::HeldTimes held{{}};
  HighestMark highest_mark;
  BufferBudget budget;
  LinkFigures figures;
  LaneContext context = ContextBy(clock, std::chrono::milliseconds(4));
  std::vector<std::string> answers;
};

// "3: a b" for events 3 and 4 with these keys; "" for a frame without events.
inline std::string Show(const v1::ForwardFrame& frame) {
  if (!frame.has_events()) return "";
  const v1::EventColumns& events = frame.events();
  std::string shown = std::to_string(events.first()) + ":";
  size_t key_byte = 0;
  for (uint32_t i = 0; i < events.count(); ++i) {
    uint16_t size = 0;
    std::memcpy(&size, events.key_sizes().data() + i * sizeof(size), sizeof(size));
    shown += " " + events.keys().substr(key_byte, size);
    key_byte += size;
  }
  return shown;
}

inline v1::SettleFrame SettledUpTo(uint64_t event, std::map<uint64_t, v1::EventStatus> exceptions = {}) {
  v1::SettleFrame frame;
  frame.set_settled(event);
  for (const auto& [number, status] : exceptions) {
    v1::EventSettlement& added = *frame.add_exceptions();
    added.set_event(number);
    added.set_status(status);
    if (status == v1::RETRY_AFTER) added.set_retry_after_millis(250);
  }
  return frame;
}

}  // namespace oneway::partitioner::forward
