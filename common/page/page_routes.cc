// SPDX-License-Identifier: Apache-2.0
#include "common/page/page_routes.h"

#include <glog/logging.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/page/gzip.h"
#include "common/page/page_files.h"

namespace oneway::page {
namespace {

using observe::HttpRequest;
using observe::HttpResponse;

constexpr std::string_view kIndex = "index.html";

std::string TypeOf(std::string_view name) {
  static const std::map<std::string_view, std::string> kTypes = {{"html", "text/html; charset=utf-8"},
                                                                 {"css", "text/css; charset=utf-8"},
                                                                 {"js", "text/javascript; charset=utf-8"},
                                                                 {"svg", "image/svg+xml"}};
  const auto type = kTypes.find(name.substr(name.rfind('.') + 1));
  CHECK(type != kTypes.end()) << "no content type for " << name;
  return type->second;
}

HttpResponse Bare(std::string_view name) {
  return {.content_type = TypeOf(name),
          .fields = {{"Content-Security-Policy",
                      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Referrer-Policy", "no-referrer"},
                     {"Vary", "Accept-Encoding"},
                     // A restarted node may have another page.
                     {"Cache-Control", "no-cache"}}};
}

// Compressed once, when the process starts.
observe::HttpHandler Serving(const PageFile& file) {
  return [file, gzip = std::make_shared<const std::string>(Gzip(file.bytes))](const HttpRequest& request) {
    HttpResponse response = Bare(file.name);
    if (request.accepts_gzip) {
      response.fields.emplace_back("Content-Encoding", "gzip");
      response.body = *gzip;
    } else {
      response.body = file.bytes;
    }
    return response;
  };
}

}  // namespace

void AddPageRoutes(observe::HttpServer& server) {
  for (const PageFile& file : PageFiles()) {
    server.Route(file.name == kIndex ? "/" : "/" + std::string(file.name), Serving(file));
  }
}

}  // namespace oneway::page
