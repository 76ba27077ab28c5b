// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace oneway::test {

// A data folder with every kind of row, in tables and in the WAL, over five runs of a joiner. Version 1 of it is
// committed in tests/fixtures/data-folder-v1: every later program opens that one too, or refuses it and says what to
// do.

// Writes it into `folder`, which does not exist.
void WriteGoldenFolder(const std::string& folder);

// What a joiner finds in `folder`: its rows, the states of its keys, and what was counted. Opens it for writing.
std::string DescribeGoldenFolder(const std::string& folder);

}  // namespace oneway::test
