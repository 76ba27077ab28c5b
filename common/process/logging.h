// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace oneway::process {

// Sends the log to stderr only, so that whatever runs the process keeps it, with lines like
//   2026-03-01T12:00:00.123456Z I joiner_server.cc:42] ...
// Call it once, first in main; `argv0` stays valid until the process ends.
void InitLogging(const char* argv0);

}  // namespace oneway::process
