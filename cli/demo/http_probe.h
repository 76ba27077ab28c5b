// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace oneway::cli::demo {

// Whether a GET of `path` at `address` (IPv4:port) is answered with 200 within `wait_max`. Never an error: whoever does
// not serve yet answers no. Threading: thread-safe.
bool AnswersOk(const std::string& address, const std::string& path, std::chrono::milliseconds wait_max);

}  // namespace oneway::cli::demo
