// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace oneway::test {

// The value of a sample of /metrics; `name` includes its labels as they are written there. Fails the test without one.
double Sample(const std::string& exposition, const std::string& name);

// Memory of a process that is in use, by its pages.
uint64_t ResidentBytes(pid_t process);

// User and system time of a process so far.
double CpuSeconds(pid_t process);

}  // namespace oneway::test
