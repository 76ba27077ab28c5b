// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace oneway::demo {

// An id that no other run of any program draws: 36 bytes of [0-9a-f-]. Threading: thread-safe.
std::string NewId();

}  // namespace oneway::demo
