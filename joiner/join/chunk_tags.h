// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace oneway::join {

// What a chunk of a KeyTable knows of its keys without looking at them: a byte of the hash of each, and how many keys
// had to go further because it was full. A value of 16 bytes, which a processor compares at once.
// Threading: as its table.
class alignas(16) ChunkTags {
 public:
  static constexpr uint32_t kPlaces = 15;
  // Of a place that is taken 1 to 255.
  using Tag = uint8_t;
  static constexpr Tag kFree = 0;

  static Tag TagOf(uint64_t hash) {
    const auto low = static_cast<Tag>(hash);
    return low == kFree ? 1 : low;
  }

  // The places with that tag: bit 0 is place 0.
  uint32_t PlacesWith(Tag tag) const { return Compare(tag) & kAllPlaces; }
  uint32_t FreePlaces() const { return PlacesWith(kFree); }
  uint32_t TakenPlaces() const { return ~Compare(kFree) & kAllPlaces; }

  void Take(uint32_t place, Tag tag) { tags_[place] = tag; }
  void Free(uint32_t place) { tags_[place] = kFree; }

  // As PlacesWith, for processors that cannot compare all at once.
  uint32_t PlacesWithByEach(Tag tag) const {
    uint32_t places = 0;
    for (uint32_t place = 0; place < kPlaces; ++place) places |= uint32_t{tags_[place] == tag} << place;
    return places;
  }

  // A key whose home is here, or before, lies further on; or no longer does. A count that is full stays so: then some
  // look-ups go further than they need to, until the table is built anew.
  void NotePassed() { passed_ += passed_ != kPassedMax; }
  void NoteReturned() { passed_ -= passed_ != kPassedMax; }
  bool WasPassed() const { return passed_ != 0; }

 private:
  static constexpr uint32_t kAllPlaces = (1u << kPlaces) - 1;
  static constexpr uint8_t kPassedMax = UINT8_MAX;

  uint32_t Compare(Tag tag) const {
#ifdef __SSE2__
    const __m128i here = _mm_load_si128(reinterpret_cast<const __m128i*>(this));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(here, _mm_set1_epi8(static_cast<char>(tag)))));
#else
    return PlacesWithByEach(tag);
#endif
  }

  Tag tags_[kPlaces] = {};
  uint8_t passed_ = 0;
};
static_assert(sizeof(ChunkTags) == 16);

}  // namespace oneway::join
