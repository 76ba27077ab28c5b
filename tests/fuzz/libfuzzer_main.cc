// SPDX-License-Identifier: Apache-2.0
//
// What libFuzzer calls. With ONEWAY_FUZZ_SEEDS=FOLDER the program only writes the target's seeds there, as files.
#include <glog/logging.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  FLAGS_logtostderr = true;
  FLAGS_minloglevel = google::GLOG_FATAL;
  const char* folder = std::getenv("ONEWAY_FUZZ_SEEDS");
  if (folder == nullptr) return 0;
  for (const oneway::fuzz::Seed& seed : oneway::fuzz::Seeds()) {
    std::ofstream file(std::string(folder) + "/" + seed.name, std::ios::binary);
    CHECK(file.write(seed.input.data(), static_cast<std::streamsize>(seed.input.size()))) << folder << "/" << seed.name;
  }
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  oneway::fuzz::Try({reinterpret_cast<const char*>(data), size});
  return 0;
}
