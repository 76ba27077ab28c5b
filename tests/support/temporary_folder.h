// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <glog/logging.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace oneway::test {

// A folder of its own under the system's temporary one, removed with all its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "oneway-test-XXXXXX").string()) {
    PCHECK(::mkdtemp(path_.data()) != nullptr) << path_;
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    LOG_IF(WARNING, static_cast<bool>(error)) << "cannot remove " << path_ << ": " << error.message();
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace oneway::test
