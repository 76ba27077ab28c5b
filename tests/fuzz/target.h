// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oneway::fuzz {

// A fuzz target: two functions that every NAME_fuzz.cc defines. One program throws random inputs at them (libFuzzer,
// see libfuzzer_main.cc), another one those of the committed corpus (replay_test.cc). Threading: one thread; nothing
// may be left behind that the next input could notice.

// Feeds `input`, which may be anything, to the product and CHECKs what must hold of whatever comes out. True when the
// product took it, so that the properties beyond "was refused with a reason" were tried too.
bool Try(std::string_view input);

// Inputs that the product's own encoders made, one for each thing that they can say. Try is true of each of them.
struct Seed {
  std::string name;  // of its file
  std::string input;
};
std::vector<Seed> Seeds();

}  // namespace oneway::fuzz
