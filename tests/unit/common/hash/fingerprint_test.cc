// SPDX-License-Identifier: Apache-2.0
#include "common/hash/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace oneway::hash {
namespace {

struct Golden {
  HashSeed seed;
  std::string flow;
  std::string key;
  Fingerprint fingerprint;
};

// Computed by XXH3's streaming interface, which the product does not use.
// Frozen: clusters in the field route and store by these values. A difference here is a format break, not a new golden.
std::vector<Golden> GoldenVectors() {
  return {
      {HashSeed{0x0}, "push", "push-7", {.high = 0x0668860426332A07, .low = 0x1B3519E05D0DB796}},
      {HashSeed{0x0}, "push", "", {.high = 0x8834F25FC52F1DE1, .low = 0x7677B7E004F0F07D}},
      {HashSeed{0x0}, "a", "b", {.high = 0x39797789ED4C7EA0, .low = 0xD5A06CD078125351}},
      {HashSeed{0x0}, "mail.out", "0123456789abcdef", {.high = 0xC84B0684CB6B6AF0, .low = 0x8E6EC19E02A32A03}},
      {HashSeed{0x0}, "task_1", std::string(100, 'k'), {.high = 0x16F8A2A7A229BBB8, .low = 0x78C2845B9202AAC7}},
      {HashSeed{0x0},
       std::string(64, 'f'),
       std::string(256, 'k'),
       {.high = 0x3298BFED68481493, .low = 0xDF190503FE3B40A3}},
      {HashSeed{0x123456789ABCDEF}, "push", "push-7", {.high = 0xB9693336DFC7E3DD, .low = 0x4D6AAD7C5864E57F}},
      {HashSeed{0x123456789ABCDEF}, "push", "", {.high = 0x51593C23756791B2, .low = 0xDEDD509D2C7BC70F}},
      {HashSeed{0x123456789ABCDEF}, "a", "b", {.high = 0x05054CAC9DBCE90C, .low = 0x7E91E3F88C0A3F6E}},
      {HashSeed{0x123456789ABCDEF},
       "mail.out",
       "0123456789abcdef",
       {.high = 0x9367A0F81FD7315D, .low = 0xA67D35370960524F}},
      {HashSeed{0x123456789ABCDEF},
       "task_1",
       std::string(100, 'k'),
       {.high = 0x360BC99DE42CB1D3, .low = 0x683E8A9BBCA7D69A}},
      {HashSeed{0x123456789ABCDEF},
       std::string(64, 'f'),
       std::string(256, 'k'),
       {.high = 0x2C791B903A03044E, .low = 0x02CB42D925E07E09}},
  };
}

TEST(FingerprintTest, EqualsTheGoldenVectors) {
  for (const Golden& golden : GoldenVectors()) {
    const Fingerprint actual = FingerprintOf(golden.seed, golden.flow, golden.key);
    EXPECT_EQ(actual.high, golden.fingerprint.high) << golden.flow << " / " << golden.key;
    EXPECT_EQ(actual.low, golden.fingerprint.low) << golden.flow << " / " << golden.key;
  }
}

TEST(FingerprintTest, TheBorderBetweenFlowAndKeyCounts) {
  const HashSeed seed{1};
  EXPECT_NE(FingerprintOf(seed, "push", "1"), FingerprintOf(seed, "pus", "h1"));
  EXPECT_NE(FingerprintOf(seed, "push", "1"), FingerprintOf(seed, "push1", ""));
}

TEST(FingerprintTest, AnotherSeedGivesAnotherFingerprint) {
  EXPECT_NE(FingerprintOf(HashSeed{1}, "push", "1"), FingerprintOf(HashSeed{2}, "push", "1"));
}

TEST(FingerprintDeathTest, InputBeyondTheBoundsIsABug) {
  EXPECT_DEATH(FingerprintOf(HashSeed{}, std::string(65, 'f'), "k"), "flow");
  EXPECT_DEATH(FingerprintOf(HashSeed{}, "f", std::string(257, 'k')), "key");
}

TEST(SlotTest, IsTheHighestTwelveBitsOfTheHighHalf) {
  EXPECT_EQ(SlotOf(Fingerprint{.high = 0xFFF0'0000'0000'0000, .low = 0}), SlotId{4095});
  EXPECT_EQ(SlotOf(Fingerprint{.high = 0x000F'FFFF'FFFF'FFFF, .low = ~uint64_t{0}}), SlotId{0});
  EXPECT_EQ(SlotOf(Fingerprint{.high = 0x0010'0000'0000'0000, .low = 0}), SlotId{1});
}

// 409,600 keys that only count up: 100 a slot expected with a standard deviation of 10. Six deviations to either side
// happen by chance to one of 4,096 slots less than once in 10^5 hashes, and the input is fixed.
TEST(SlotTest, ConsecutiveKeysSpreadEvenlyOverAllSlots) {
  std::vector<int> keys_in(kSlotCount);
  for (int i = 0; i < 409'600; ++i) {
    ++keys_in[static_cast<uint16_t>(SlotOf(FingerprintOf(HashSeed{42}, "push", std::to_string(i))))];
  }
  EXPECT_GE(*std::min_element(keys_in.begin(), keys_in.end()), 40);
  EXPECT_LE(*std::max_element(keys_in.begin(), keys_in.end()), 160);
}

}  // namespace
}  // namespace oneway::hash
