// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "common/process/config.h"

namespace oneway::process {

// Calls LoadConfig as a main would, with a file `oneway.yaml` when a test writes one.
class ConfigTest : public testing::Test {
 protected:
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  void WriteFile(const std::string& yaml) {
    std::filesystem::create_directories(folder_);
    std::ofstream(File()) << yaml;
  }

  std::string File() const { return folder_ / "oneway.yaml"; }

  absl::StatusOr<Loaded> Load(Role role, std::vector<std::string> flags = {}) {
    std::vector<std::string> arguments = {"/usr/bin/oneway-program"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    if (std::filesystem::exists(File())) arguments.insert(arguments.end(), {"--config", File()});
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return LoadConfig(role, static_cast<int>(argv.size()), argv.data(), environment_);
  }

  Config Joiner(std::vector<std::string> flags = {}) {
    flags.insert(flags.end(), {"--data", "/tmp/unused"});
    return Expect(Load(Role::kJoiner, flags));
  }
  Config Partitioner(std::vector<std::string> flags = {}) { return Expect(Load(Role::kPartitioner, flags)); }

  // What the user reads when it does not load, the path of the file shortened to its name.
  std::string Refusal(Role role, std::vector<std::string> flags = {}) {
    const auto loaded = Load(role, flags);
    if (loaded.ok()) return "loaded";
    EXPECT_EQ(loaded.status().code(), absl::StatusCode::kInvalidArgument);
    std::string message(loaded.status().message());
    const std::string folder = folder_.string() + "/";
    for (size_t at = message.find(folder); at != std::string::npos; at = message.find(folder)) {
      message.erase(at, folder.size());
    }
    return message;
  }
  std::string RefusalOf(const std::string& yaml) {
    WriteFile(yaml);
    return Refusal(Role::kPartitioner);
  }

  std::map<std::string, std::string> environment_;

 private:
  static Config Expect(const absl::StatusOr<Loaded>& loaded) {
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return loaded.ok() ? loaded->config : Config{};
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("oneway-config-" + std::to_string(getpid()) + "-" +
                                                   testing::UnitTest::GetInstance()->current_test_info()->name());
};

}  // namespace oneway::process
