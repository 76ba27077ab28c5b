// SPDX-License-Identifier: Apache-2.0
//
// What a key really costs: the heap is measured, and compared with the prices of TableSizes.
#include <gtest/gtest.h>
#include <malloc.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "joiner/join/engine.h"

namespace oneway::join {
namespace {

constexpr Time kBegin{std::chrono::hours(24 * 365 * 50)};

uint64_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// splitmix64: fingerprints are random bits.
uint64_t Mixed(uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// An engine for a sixteenth of all slots, whose keys all started within the last minute.
class JoinEngineMemoryTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kSlots = hash::kSlotCount / 16;

  JoinEngineMemoryTest() {
    flow::Rules rules;
    rules.ttl = std::chrono::seconds(30);  // All keys are due within a minute, so that all are filed in the ring.
    flows_.Publish(flow::FlowId{0}, rules);
    JoinEngine::Options options;
    for (uint32_t slot = 0; slot < kSlots; ++slot) options.slots.push_back(hash::SlotId(slot));
    engine_ = std::make_unique<JoinEngine>(options, flows_, sequences_);
    engine_->OpenCommit(kBegin);
    engine_->ExpireDue(1, decisions_);
    decisions_.counts.reserve(1000);
    heap_before_ = HeapBytes();
  }

  void Apply(event::Kind kind, uint64_t number) {
    const std::string key = absl::StrCat(absl::Hex(Mixed(number), absl::kZeroPad16));
    engine_->Apply({.kind = kind,
                    .fingerprint = {.high = Mixed(number) % kSlots << 52, .low = Mixed(~number)},
                    .time = kBegin + std::chrono::milliseconds(number % 1000),
                    .key = key},
                   decisions_);
    decisions_.counts.clear();
    decisions_.rows.Clear();
  }
  double BytesPerKey(uint64_t keys) const { return static_cast<double>(HeapBytes() - heap_before_) / keys; }

  flow::Registry flows_;
  journal::SequenceBlocks blocks_{journal::Sequence{0}};
  journal::SequenceAllocator sequences_{blocks_};
  std::unique_ptr<JoinEngine> engine_;
  Decisions decisions_;
  uint64_t heap_before_ = 0;
};

// From one growth of the tables to the next.
constexpr uint64_t kSizes[] = {60'000, 70'000, 80'000, 90'000, 100'000, 110'000};

TEST_F(JoinEngineMemoryTest, OpenKeysCostAtMostWhatIsReckoned) {
  uint64_t keys = 0;
  for (const uint64_t size : kSizes) {
    while (keys < size) Apply(event::Kind::kStart, keys++);
    std::printf("%llu open keys of 16 bytes: %.0f bytes each, reckoned %.0f\n", static_cast<unsigned long long>(keys),
                BytesPerKey(keys), static_cast<double>(engine_->memory_bytes()) / keys);
    EXPECT_LE(BytesPerKey(keys) * keys, engine_->memory_bytes());
  }
}

TEST_F(JoinEngineMemoryTest, ClosedKeysCostAtMostWhatIsReckoned) {
  uint64_t keys = 0;
  double sum = 0;
  for (const uint64_t size : kSizes) {
    for (; keys < size; ++keys) {
      Apply(event::Kind::kStart, keys);
      Apply(event::Kind::kEnd, keys);
    }
    engine_->OpenCommit(kBegin + std::chrono::seconds(40));
    while (engine_->ExpireDue(100'000, decisions_) > 0) {
    }
    engine_->Walk({.slots_max = kSlots}, decisions_);
    sum += BytesPerKey(keys);
    std::printf("%llu closed keys: %.0f bytes each, reckoned %.0f\n", static_cast<unsigned long long>(keys),
                BytesPerKey(keys), static_cast<double>(engine_->memory_bytes()) / keys);
    EXPECT_LE(BytesPerKey(keys) * keys, engine_->memory_bytes());
  }
  EXPECT_LE(sum / std::size(kSizes), 96);
}

}  // namespace
}  // namespace oneway::join
