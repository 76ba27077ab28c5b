// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace oneway::page {

// A file of common/page/dist. Immutable, for as long as the process runs.
struct PageFile {
  std::string_view name;
  std::string_view bytes;
};

// All of them. CMake makes the definition.
std::vector<PageFile> PageFiles();

}  // namespace oneway::page
