// SPDX-License-Identifier: Apache-2.0
#include "common/hash/slot_map.h"

#include <gtest/gtest.h>

namespace oneway::hash {
namespace {

uint32_t Number(SlotId slot) {
  return static_cast<uint32_t>(slot);
}

TEST(SlotMapTest, JoinerIOfMOwnsTheSlotsFromItsShareToTheNextOne) {
  for (uint32_t joiners : {1u, 2u, 3u, 5u, 7u, 64u, 1000u, 4095u, 4096u}) {
    const SlotMap map = SlotMap::EqualRanges(joiners);
    for (uint32_t joiner = 0; joiner < joiners; ++joiner) {
      for (uint32_t slot = joiner * 4096 / joiners; slot < (joiner + 1) * 4096 / joiners; ++slot) {
        ASSERT_EQ(map.OwnerOf(SlotId(slot)), JoinerIndex(joiner)) << "slot " << slot << " of " << joiners << " joiners";
      }
    }
  }
}

TEST(SlotMapTest, SlotsOfListsEachSlotOfTheJoinerOnceInOrder) {
  const SlotMap map = SlotMap::EqualRanges(3);
  uint32_t next = 0;
  for (uint32_t joiner = 0; joiner < 3; ++joiner) {
    for (SlotId slot : map.SlotsOf(JoinerIndex(joiner))) EXPECT_EQ(Number(slot), next++);
  }
  EXPECT_EQ(next, kSlotCount);
}

TEST(SlotMapTest, SharesDifferByAtMostOneSlot) {
  const SlotMap map = SlotMap::EqualRanges(1000);
  for (uint32_t joiner = 0; joiner < 1000; ++joiner) {
    const size_t share = map.SlotsOf(JoinerIndex(joiner)).size();
    EXPECT_TRUE(share == 4 || share == 5) << "joiner " << joiner << " owns " << share;
  }
}

TEST(SlotMapTest, AJoinerThatDoesNotExistOwnsNothing) {
  EXPECT_TRUE(SlotMap::EqualRanges(2).SlotsOf(JoinerIndex(2)).empty());
}

TEST(SlotMapTest, CarriesItsEpoch) {
  EXPECT_EQ(SlotMap::EqualRanges(2).epoch(), 0u);
  EXPECT_EQ(SlotMap::EqualRanges(2, 7).epoch(), 7u);
  EXPECT_EQ(SlotMap::EqualRanges(2, 7).joiners(), 2u);
}

TEST(SlotMapDeathTest, NoJoinersOrMoreThanSlotsAreBugs) {
  EXPECT_DEATH(SlotMap::EqualRanges(0), "joiners");
  EXPECT_DEATH(SlotMap::EqualRanges(4097), "joiners");
}

}  // namespace
}  // namespace oneway::hash
