// SPDX-License-Identifier: Apache-2.0
#include "joiner/join/stretches.h"

#include <gtest/gtest.h>

namespace oneway::join {
namespace {

constexpr journal::Sequence At(uint64_t sequence) {
  return journal::Sequence{sequence};
}

TEST(Stretches, WithoutRowsThereIsNoLowestStretch) {
  Stretches stretches(100);
  EXPECT_EQ(stretches.Lowest(), std::nullopt);
  stretches.Add(At(7));
  stretches.Remove(At(7));
  EXPECT_EQ(stretches.Lowest(), std::nullopt);
  EXPECT_EQ(stretches.rows(), 0u);
}

TEST(Stretches, TheLowestStretchIsThatOfTheOldestLiveRowInWhateverOrderRowsCome) {
  Stretches stretches(100);
  stretches.Add(At(1234));
  stretches.Add(At(399));
  stretches.Add(At(300));
  stretches.Add(At(777));
  EXPECT_EQ(stretches.Lowest(), At(300));
  stretches.Remove(At(300));
  EXPECT_EQ(stretches.Lowest(), At(300)) << "399 is still there";
  stretches.Remove(At(399));
  EXPECT_EQ(stretches.Lowest(), At(700));
  EXPECT_EQ(stretches.rows(), 2u);
}

TEST(StretchesDeathTest, RemovingARowThatIsNotThereIsABug) {
  Stretches stretches(100);
  stretches.Add(At(5));
  EXPECT_DEATH(stretches.Remove(At(105)), "no live row in stretch 1");
}

}  // namespace
}  // namespace oneway::join
