// SPDX-License-Identifier: Apache-2.0
#include "common/observe/health_routes.h"

#include <utility>

namespace oneway::observe {
namespace {

std::string Described(const HealthPart& part) {
  return part.reason.empty() ? part.name : part.name + ": " + part.reason;
}

HttpResponse Readiness(const std::vector<HealthPart>& parts, bool verbose) {
  std::string lines;
  std::string reasons;
  for (const HealthPart& part : parts) {
    lines += (part.ready ? "[+] " : "[-] ") + Described(part) + "\n";
    if (!part.ready) reasons += (reasons.empty() ? "" : "; ") + Described(part);
  }
  const bool ready = reasons.empty();
  return {.status = ready ? 200u : 503u,
          .body = (verbose ? lines : "") + (ready ? "ready\n" : "not ready: " + reasons + "\n")};
}

}  // namespace

void AddHealthRoutes(HttpServer& server, std::function<std::vector<HealthPart>()> parts) {
  server.Route("/livez", [](const HttpRequest&) { return HttpResponse{.body = "ok\n"}; });
  server.Route("/readyz", [parts = std::move(parts)](const HttpRequest& request) {
    return Readiness(parts(), request.Parameter("verbose").has_value());
  });
}

}  // namespace oneway::observe
