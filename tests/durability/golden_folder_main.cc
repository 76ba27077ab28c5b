// SPDX-License-Identifier: Apache-2.0
//
// Writes a new golden data folder, for a new version of the format: FOLDER/data, and FOLDER/expected.txt with what is
// in it. LOCK and LOG files are left out; commit the rest. Folders of older versions stay as they are.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/durability/golden_folder.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: oneway-golden-folder FOLDER\n";
    return 64;
  }
  const std::filesystem::path folder(argv[1]);
  const std::string data = (folder / "data").string();
  const std::string copy = (folder / "copy").string();
  oneway::test::WriteGoldenFolder(data);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string name = entry.path().filename().string();
    if (name == "LOCK" || name.starts_with("LOG")) std::filesystem::remove(entry.path());
  }
  std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
  std::ofstream(folder / "expected.txt") << oneway::test::DescribeGoldenFolder(copy);
  std::filesystem::remove_all(copy);
  return 0;
}
