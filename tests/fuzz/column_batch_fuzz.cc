// SPDX-License-Identifier: Apache-2.0
//
// Frames of a partitioner as the joiner decodes them. Input: a byte of circumstances, then the frames of one stream,
// each two bytes of length, little endian, and the bytes of an EventColumns.
#include <glog/logging.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/flow/registry.h"
#include "common/hash/fingerprint.h"
#include "joiner/ingest/column_decoder.h"
#include "tests/fuzz/frame_check.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using ingest::ColumnDecoder;
using v1::EventColumns;

constexpr hash::HashSeed kSeed{7};
constexpr Time kNow{std::chrono::seconds(1'772'373'600)};
constexpr size_t kFramesMax = 4;
constexpr size_t kMendedEventsMax = 64;

// The bits of the first byte.
constexpr uint8_t kMend = 1;         // make each frame agree with itself before it is decoded
constexpr uint8_t kMendKeys = 2;     // and its keys obey their bound
constexpr uint8_t kAlarmed = 4;      // the wall clock cannot be believed
constexpr uint8_t kTwoShards = 8;    // half of the events are another shard's
constexpr uint8_t kTwoJoiners = 16;  // half of the slots are another joiner's
constexpr uint8_t kReload = 32;      // other rules between the first frame and the second

uint16_t SizeAt(const std::string& column, size_t index) {
  uint16_t size = 0;
  std::memcpy(&size, column.data() + index * sizeof(size), sizeof(size));
  return size;
}

// Random bytes hardly ever agree with themselves, and a frame that does not is refused as a whole: this is the way
// behind that check. `flows` are those of the stream so far.
void MendColumns(EventColumns& columns, bool mend_keys) {
  const size_t count = std::clamp<size_t>(columns.kinds().size(), 1, kMendedEventsMax);
  columns.set_count(static_cast<uint32_t>(count));
  columns.set_slot_epoch(0);
  columns.mutable_kinds()->resize(count, 1);
  columns.mutable_times_unix_nanos()->Resize(static_cast<int>(count), ToUnixNanos(kNow));
  columns.mutable_series()->Resize(static_cast<int>(count), 0);
  columns.mutable_key_sizes()->resize(count * 2, 1);
  size_t key_bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    uint16_t size = SizeAt(columns.key_sizes(), i) % (2 * event::kKeyBytesMax);
    if (mend_keys) size = std::clamp<uint16_t>(size, 1, event::kKeyBytesMax);
    std::memcpy(columns.mutable_key_sizes()->data() + i * sizeof(size), &size, sizeof(size));
    key_bytes += size;
  }
  columns.mutable_keys()->resize(key_bytes, 'k');
}

void MendExtras(EventColumns& columns) {
  uint32_t next = 0;
  for (v1::EventExtras& extras : *columns.mutable_extras()) {
    extras.set_index(next + extras.index() % 4);
    next = extras.index() + 1;
  }
  while (columns.extras_size() > 0 && columns.extras(columns.extras_size() - 1).index() >= columns.count()) {
    columns.mutable_extras()->RemoveLast();
  }
}

// `flows` are those of the stream, with what this frame adds.
void MendReferences(EventColumns& columns, const std::vector<std::string>& flows) {
  std::string& fingerprints = *columns.mutable_fingerprints();
  fingerprints.clear();
  size_t key_offset = 0;
  for (uint32_t i = 0; i < columns.count(); ++i) {
    const size_t key_size = SizeAt(columns.key_sizes(), i);
    uint32_t& series = (*columns.mutable_series())[static_cast<int>(i)];
    if (!flows.empty()) series %= flows.size();
    // Of a key beyond its bound there is no fingerprint.
    const std::string_view key =
        std::string_view(columns.keys()).substr(key_offset, std::min(key_size, event::kKeyBytesMax));
    const auto fingerprint = hash::FingerprintOf(kSeed, flows.empty() ? "" : flows[series], key);
    fingerprints.append(reinterpret_cast<const char*>(&fingerprint), sizeof(fingerprint));
    key_offset += key_size;
  }
}

ledger::Dictionary::Options RulesAtFirst() {
  return {.configured = {{.name = "push", .labels = {"region"}, .max_series = 2}},
          .defaults = {.labels = {"app"}},
          .unconfigured_max = 2};
}

const hash::SlotMap& SlotsOf(bool two_joiners) {
  static const hash::SlotMap one = hash::SlotMap::EqualRanges(1);
  static const hash::SlotMap two = hash::SlotMap::EqualRanges(2);
  return two_joiners ? two : one;
}

// A joiner's side of one stream.
class Stream {
 public:
  explicit Stream(uint8_t circumstances) : circumstances_(circumstances), slots_(SlotsOf(Has(kTwoJoiners))) {
    dictionary_.Open({});
    decoder_.emplace(ColumnDecoder::Options{.seed = kSeed, .shards = Has(kTwoShards) ? 2u : 1u}, slots_, dictionary_);
  }

  // False when the frame was refused, which ends the stream.
  bool Take(std::string_view bytes) {
    EventColumns columns;
    if (!columns.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
    TakeNames(columns);
    if (Has(kMend)) {
      MendColumns(columns, Has(kMendKeys));
      MendExtras(columns);
      MendReferences(columns, flows_);
    }
    const EventColumns sent = columns;
    const shard::WallReading wall{.now = kNow, .alarmed = Has(kAlarmed)};
    const auto batch = decoder_->Decode(columns, wall);
    if (!batch.ok()) {
      CHECK(absl::IsInvalidArgument(batch.status()) || absl::IsFailedPrecondition(batch.status())) << batch.status();
      CHECK(!batch.status().message().empty());
      return false;
    }
    CheckBatch({.columns = sent, .flows = flows_, .wall = wall, .skew_max = std::chrono::minutes(5)}, **batch);
    for (const join::RoutedEvent& event : (*batch)->events) CheckNumbers(event);
    return true;
  }

  void ReloadIfAsked() {
    if (Has(kReload)) dictionary_.Reload({{.name = "push", .labels = {"app", "region"}}}, {}, kNow);
  }

 private:
  bool Has(uint8_t circumstance) const { return (circumstances_ & circumstance) != 0; }

  // An id may be new or one that stood for another series.
  void TakeNames(EventColumns& columns) {
    for (v1::SeriesEntry& entry : *columns.mutable_series_added()) {
      if (Has(kMend) && entry.id() > flows_.size()) entry.set_id(static_cast<uint32_t>(flows_.size()));
      if (entry.id() == flows_.size()) flows_.emplace_back();
      if (entry.id() < flows_.size()) flows_[entry.id()] = entry.series().flow();
    }
  }

  // The numbers of flow and series are ones that the dictionary gave, and of each other.
  void CheckNumbers(const join::RoutedEvent& event) const {
    const ledger::SeriesName name = dictionary_.NameOf(event.series);
    CHECK(name.flow == event.flow);
    CHECK(!dictionary_.FlowName(event.flow).empty());
    CHECK_LE(name.labels.size(), event::kLabelsMax);
    CHECK_EQ(static_cast<uint32_t>(hash::SlotOf(event.fingerprint)) % (Has(kTwoShards) ? 2 : 1), 0u);
    CHECK(slots_.OwnerOf(hash::SlotOf(event.fingerprint)) == hash::JoinerIndex(0));
    if (event.kind == event::Kind::kStage) CHECK(dictionary_.StageOf(event.series).has_value());
  }

  const uint8_t circumstances_;
  const hash::SlotMap& slots_;
  flow::Registry registry_;
  ledger::Dictionary dictionary_{RulesAtFirst(), registry_};
  std::optional<ColumnDecoder> decoder_;
  std::vector<std::string> flows_;
};

std::string_view TakeFrame(std::string_view& rest) {
  uint16_t size = 0;
  std::memcpy(&size, rest.data(), std::min(sizeof(size), rest.size()));
  rest.remove_prefix(std::min(sizeof(size), rest.size()));
  const std::string_view frame = rest.substr(0, size);
  rest.remove_prefix(frame.size());
  return frame;
}

// Otherwise the library writes a line for each message that is not one.
[[maybe_unused]] google::protobuf::LogHandler* const kLogUntilNow = google::protobuf::SetLogHandler(nullptr);

}  // namespace

bool Try(std::string_view input) {
  if (input.empty()) return false;
  Stream stream(static_cast<uint8_t>(input.front()));
  std::string_view rest = input.substr(1);
  bool taken = false;
  for (size_t i = 0; i < kFramesMax && !rest.empty(); ++i) {
    if (!stream.Take(TakeFrame(rest))) break;
    if (i == 0) stream.ReloadIfAsked();
    taken = true;
  }
  return taken;
}

}  // namespace oneway::fuzz
