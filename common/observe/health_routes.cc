// SPDX-License-Identifier: Apache-2.0
#include "common/observe/health_routes.h"

#include <utility>

namespace oneway::observe {
namespace {

std::string Described(const ReadinessPart& part) {
  return part.reason.empty() ? part.name : part.name + ": " + part.reason;
}

HttpResponse AnswerReadiness(const Readiness& parts, bool verbose) {
  std::string lines;
  std::string reasons;
  for (const ReadinessPart& part : parts) {
    lines += (part.ready ? "[+] " : "[-] ") + Described(part) + "\n";
    if (!part.ready) reasons += (reasons.empty() ? "" : "; ") + Described(part);
  }
  const bool ready = reasons.empty();
  return {.status = ready ? 200u : 503u,
          .body = (verbose ? lines : "") + (ready ? "ready\n" : "not ready: " + reasons + "\n")};
}

}  // namespace

void AddHealthRoutes(HttpServer& server, std::function<Readiness()> readiness) {
  server.Route("/livez", [](const HttpRequest&) { return HttpResponse{.body = "ok\n"}; });
  server.Route("/readyz", [readiness = std::move(readiness)](const HttpRequest& request) {
    return AnswerReadiness(readiness(), request.Parameter("verbose").has_value());
  });
}

}  // namespace oneway::observe
