// SPDX-License-Identifier: Apache-2.0
//
// The compact forms of keys: KeyBytes, PackedKey and ClosedKey.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "joiner/join/closed_key.h"
#include "joiner/join/key_bytes.h"
#include "joiner/join/packed_key.h"
#include "joiner/join/rows.h"

namespace oneway::join {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;

constexpr Time kBegin{std::chrono::hours(24 * 365 * 50)};

TEST(KeyBytes, KeepsKeysOfEveryLength) {
  for (const size_t size : {0, 1, 21, 22, 23, 24, 36, 255, 256}) {
    const std::string text(size, 'k');
    KeyBytes key(text);
    EXPECT_EQ(key.view(), text);
    KeyBytes moved(std::move(key));
    EXPECT_EQ(moved.view(), text);
    KeyBytes assigned("something else that lies on the heap");
    assigned = std::move(moved);
    EXPECT_EQ(assigned.view(), text);
  }
}

TEST(KeyBytes, OnlyLongKeysCostMore) {
  EXPECT_EQ(KeyBytes(std::string(22, 'k')).heap_bytes(), 0u);
  EXPECT_GE(KeyBytes(std::string(36, 'k')).heap_bytes(), 36u);
}

std::string TextOf(const PackedKey& key) {
  PackedKey::Room room;
  return std::string(key.view(room));
}

TEST(PackedKey, AUuidTakesNoHeap) {
  const std::string uuid = "0123abcd-4567-89ef-ff00-00112233aa9f";
  PackedKey key(uuid);
  EXPECT_EQ(key.heap_bytes(), 0u);
  EXPECT_EQ(TextOf(key), uuid);
  PackedKey moved(std::move(key));
  EXPECT_EQ(TextOf(moved), uuid);
  EXPECT_EQ(TextOf(key), "");  // NOLINT(bugprone-use-after-move): as KeyBytes
  PackedKey assigned("something else that lies on the heap");
  assigned = std::move(moved);
  EXPECT_EQ(TextOf(assigned), uuid);
  assigned = PackedKey("short");
  EXPECT_EQ(TextOf(assigned), "short");
}

TEST(PackedKey, KeepsWhatOnlyLooksLikeAUuid) {
  const std::string uuid = "0123abcd-4567-89ef-ff00-00112233aa9f";
  for (size_t at = 0; at < uuid.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = uuid;
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(TextOf(PackedKey(text)), text) << at << ", " << byte;
    }
  }
  EXPECT_GT(PackedKey("0123ABCD-4567-89EF-FF00-00112233AA9F").heap_bytes(), 0u) << "large letters";
}

TEST(PackedKey, KeepsKeysOfEveryLength) {
  for (const size_t size : {0, 1, 16, 22, 23, 35, 36, 37, 256}) {
    const std::string text(size, 'a');
    EXPECT_EQ(TextOf(PackedKey(text)), text);
  }
}

OpenKey StartedAt(Time start) {
  return {.fingerprint = {1, 2},
          .sequence = journal::Sequence{77},
          .start = start,
          .series = flow::SeriesId{4'000'000'000},
          .flow_id = flow::kFlowsMax - 1,
          .key = PackedKey("push-7")};
}

// What a row keeps of a key is all there is of it.
void ExpectRestoredFromItsRow(const ClosedKey& key) {
  const Uncommon uncommon{.span = key.ImpliedSpan(), .generation = 7, .not_before = kBegin + 1s};
  const journal::Row row = DoneRow(key, uncommon, kBegin);
  const Duration late_window_of_now = 7s;
  EXPECT_EQ(DoneRow(ClosedKey::Restored(key.sequence, row, late_window_of_now), UncommonOf(row), kBegin), row);
}

TEST(ClosedKey, KeepsWhatItsRowSays) {
  ClosedKey matched = ClosedKey::Matched(StartedAt(kBegin), kBegin - 3ms);
  EXPECT_EQ(matched.end(), kBegin - 3ms);
  EXPECT_EQ(matched.flow(), flow::FlowId{flow::kFlowsMax - 1});
  ExpectRestoredFromItsRow(matched);

  ClosedKey expired = ClosedKey::Expired(StartedAt(kBegin), kBegin + 600500ms, 600s);
  EXPECT_EQ(expired.deadline(), kBegin + 600500ms);
  EXPECT_EQ(expired.remember_until(), kBegin + 1200500ms);
  ExpectRestoredFromItsRow(expired);

  expired.BecomeLate(kBegin + 700s);
  EXPECT_EQ(expired.end(), kBegin + 700s);
  EXPECT_EQ(expired.remember_until(), kBegin + 1201s) << "rounded up to a second";
  ExpectRestoredFromItsRow(expired);
}

TEST(ClosedKey, OfAnOlderRowThatDoesNotSayItTheDeadlineIsReckoned) {
  journal::Row row = DoneRow(ClosedKey::Expired(StartedAt(kBegin), kBegin + 600s, 60s), {}, kBegin);
  row.deadline = journal::kNoTime;
  const ClosedKey restored = ClosedKey::Restored(journal::Sequence{77}, row, 60s);
  EXPECT_EQ(restored.deadline(), kBegin + 600s);
  EXPECT_EQ(restored.remember_until(), kBegin + 660s);
}

TEST(ClosedKey, RemembersTheLongestExpiredAndLateKeyLongEnough) {
  const Duration longest = 60 * 24h;  // 30 days of not_before, and as many of ttl
  for (const Duration late_window : {Duration{0}, Duration{1500ms}, Duration{24h}}) {
    for (const Duration ttl : {Duration{0}, Duration{1}, Duration{65535s}, Duration{65536s}, longest}) {
      const Time until = kBegin + 5ms + ttl + late_window;
      ClosedKey key = ClosedKey::Expired(StartedAt(kBegin + 5ms), kBegin + 5ms + ttl, late_window);
      EXPECT_GE(key.remember_until(), until);
      EXPECT_LE(key.remember_until(), until + (late_window > 65535s ? 128s : 1s));
      ExpectRestoredFromItsRow(key);
      key.BecomeLate(kBegin + 6ms);
      EXPECT_GE(key.remember_until(), until);
      EXPECT_LE(key.remember_until(), until + (ttl + late_window > 65535s ? 256s : 2s));
      ExpectRestoredFromItsRow(key);
    }
  }
}

}  // namespace
}  // namespace oneway::join
