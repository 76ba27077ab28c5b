// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "joiner/journal/row_codec.h"
#include "tests/fuzz/target.h"

namespace oneway::fuzz {
namespace {

using namespace std::chrono_literals;
using journal::Row;
using journal::RowKind;
using journal::Sequence;

constexpr Time kStarted{1'772'373'600s};

Seed SeedOf(std::string name, const Row& row) {
  constexpr uint64_t kSequence = 1'048'577;
  Seed seed{.name = std::move(name), .input = std::string(sizeof(kSequence), '\0')};
  std::memcpy(seed.input.data(), &kSequence, sizeof(kSequence));
  EncodeRow(Sequence(kSequence), row, seed.input);
  return seed;
}

// What a kind stores, and nothing that it does not.
Row RowOf(RowKind kind) {
  Row row{.kind = kind,
          .fingerprint = {0x0123456789abcdef, 0xfedcba9876543210},
          .series = flow::SeriesId(300),
          .flow = flow::FlowId(2),
          .time = kStarted,
          .earliest = kStarted,
          .latest = kStarted,
          .applied_at = kStarted + 20ms};
  const bool has_latency = kind == RowKind::kMatched || kind == RowKind::kLate || kind == RowKind::kEmpty;
  if (has_latency) row.latency = 4s + 7ms;
  if (has_latency) row.latest = row.time + row.latency;
  const bool gathers = kind == RowKind::kFanout || kind == RowKind::kEnds;
  const bool has_second = gathers || kind == RowKind::kPart || kind == RowKind::kStuck;
  if (has_second) row.second_time = kStarted + 3s;
  if (kind == RowKind::kExpired || kind == RowKind::kLate || kind == RowKind::kStuck)
    row.remember_until = kStarted + 20min;
  if (gathers || kind == RowKind::kStuck) row.parts = 12;
  if (!IsDoneKind(kind) || kind == RowKind::kStuck) row.key = "push-7";
  return row;
}

}  // namespace

std::vector<Seed> Seeds() {
  constexpr std::pair<const char*, RowKind> kKinds[] = {
      {"start", RowKind::kStart}, {"end", RowKind::kEnd},         {"matched", RowKind::kMatched},
      {"late", RowKind::kLate},   {"expired", RowKind::kExpired}, {"fanout", RowKind::kFanout},
      {"part", RowKind::kPart},   {"empty", RowKind::kEmpty},     {"stuck", RowKind::kStuck},
      {"ends", RowKind::kEnds},   {"stage", RowKind::kStage}};
  std::vector<Seed> seeds;
  for (const auto& [name, kind] : kKinds) {
    Row row = RowOf(kind);
    seeds.push_back(SeedOf(name, row));
    row.generation = 3;
    if (kind != RowKind::kEnd && kind != RowKind::kPart && kind != RowKind::kStage) row.not_before = kStarted + 1s;
    seeds.push_back(SeedOf(std::string(name) + "-rare", row));
  }
  Row undeclared = RowOf(RowKind::kPart);
  undeclared.time = journal::kNoTime;
  seeds.push_back(SeedOf("part-undeclared", undeclared));
  Row completed = RowOf(RowKind::kFanout);
  completed.completed_series = flow::SeriesId(301);
  seeds.push_back(SeedOf("fanout-completed-elsewhere", completed));
  Row expired = RowOf(RowKind::kExpired);
  expired.deadline = kStarted + 10min;
  seeds.push_back(SeedOf("expired-with-deadline", expired));
  Row negative = RowOf(RowKind::kMatched);
  negative.latency = -250ms;
  seeds.push_back(SeedOf("matched-negative", negative));
  return seeds;
}

}  // namespace oneway::fuzz
