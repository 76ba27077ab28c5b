// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/observe/http_server.h"

namespace oneway::observe {

// One of the things that must work before a process can serve.
struct ReadinessPart {
  std::string name;  // `journal`, `joiner-1`
  bool ready = false;
  std::string reason;  // in words, when not ready; may say something when ready
};

// A process is ready when all its parts are.
using Readiness = std::vector<ReadinessPart>;

// Adds the probes of orchestrators and people to `server`:
//   /livez   200 while the process answers at all.
//   /readyz  200 when every part is ready, else 503 with the reasons; with ?verbose a line for each part.
// `readiness` runs on the thread of the io_context, within milliseconds.
void AddHealthRoutes(HttpServer& server, std::function<Readiness()> readiness);

}  // namespace oneway::observe
