// SPDX-License-Identifier: Apache-2.0
#include "joiner/ledger/exemplars.h"

#include <algorithm>

#include "common/histogram/classic.h"

namespace oneway::ledger {
namespace {

using histogram::kClassicBuckets;

static_assert(Exemplars::kEntriesMax < UINT16_MAX);

size_t FirstPlaceOf(flow::FlowId flow) {
  return static_cast<size_t>(flow) * kClassicBuckets;
}

}  // namespace

void Exemplars::Put(const Sample& sample) {
  const size_t bucket = histogram::ClassicBucketOf(sample.latency);
  Exemplar* entry = Find(sample.flow, bucket);
  if (entry == nullptr) return;
  entry->latency = sample.latency;
  entry->end = sample.end;
  entry->fingerprint = sample.fingerprint;
  entry->key_size = 0;
  if (sample.key.size() > Exemplar::kKeyBytesMax) return;
  entry->key_size = static_cast<uint8_t>(sample.key.size());
  std::copy(sample.key.begin(), sample.key.end(), entry->key_bytes.begin());
}

void Exemplars::Take(const Exemplars& later) {
  for (const Exemplar& exemplar : later.entries_) {
    if (Exemplar* entry = Find(exemplar.flow, exemplar.bucket)) *entry = exemplar;
  }
}

void Exemplars::Clear() {
  for (const Exemplar& exemplar : entries_) places_[FirstPlaceOf(exemplar.flow) + exemplar.bucket] = 0;
  entries_.clear();
}

Exemplar* Exemplars::Find(flow::FlowId flow, size_t bucket) {
  const size_t first = FirstPlaceOf(flow);
  if (first >= places_.size()) places_.resize(first + kClassicBuckets);
  uint16_t& place = places_[first + bucket];
  if (place == 0) {
    if (entries_.size() == kEntriesMax) return nullptr;
    entries_.push_back({.flow = flow, .bucket = static_cast<uint8_t>(bucket)});
    place = static_cast<uint16_t>(entries_.size());
  }
  return &entries_[place - 1];
}

std::vector<Exemplar> Exemplars::Of(flow::FlowId flow) const {
  std::vector<Exemplar> found;
  const size_t first = FirstPlaceOf(flow);
  if (first >= places_.size()) return found;
  for (size_t bucket = 0; bucket < kClassicBuckets; ++bucket) {
    if (const uint16_t place = places_[first + bucket]; place != 0) found.push_back(entries_[place - 1]);
  }
  return found;
}

}  // namespace oneway::ledger
