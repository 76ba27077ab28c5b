// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace oneway::process {

// How a program ends, for scripts and service managers; numbers of sysexits.h where it has one.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,       // any other reason, told in the last line of the log
  kExitUsage = 64,        // EX_USAGE: a wrong command line of the `oneway` tool
  kExitUnavailable = 69,  // EX_UNAVAILABLE: a server that is needed does not answer
  kExitIo = 74,           // EX_IOERR: disk or network; a restart may help
  kExitConfig = 78,       // EX_CONFIG: file, variables or flags of a server; a restart does not help
};

}  // namespace oneway::process
