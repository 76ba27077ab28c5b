// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace oneway::observe {

// A request as handlers see it: GET, or HEAD (answered alike, without the body).
// Threading: immutable; the views live as long as the call of the handler.
struct HttpRequest {
  std::string_view path;         // as registered
  std::string_view query;        // behind the question mark, still encoded; may be empty
  std::string_view accept = {};  // the header of this name; may be empty

  // The decoded value of the first parameter `name`, empty when it stands without `=`; none when it is not there.
  std::optional<std::string> Parameter(std::string_view name) const;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Runs on the thread of the io_context, so within milliseconds and without waiting. An exception becomes status 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace oneway::observe
