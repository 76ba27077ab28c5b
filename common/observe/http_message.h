// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oneway::observe {

class HttpStream;

// A request as handlers see it: GET, or HEAD (answered alike, without the body).
// Threading: immutable; the views live until the handler has returned, or its coroutine has.
struct HttpRequest {
  std::string_view path;         // as registered
  std::string_view query;        // behind the question mark, still encoded; may be empty
  std::string_view accept = {};  // the field of this name; may be empty
  bool accepts_gzip = false;     // the answer may have the field `Content-Encoding: gzip`

  // All parameters, decoded, in their order; one without `=` has an empty value.
  std::vector<std::pair<std::string, std::string>> Parameters() const;

  // The decoded value of the first parameter `name`, empty when it stands without `=`; none when it is not there.
  std::optional<std::string> Parameter(std::string_view name) const;
};

// Writes the body of an answer whose end is not known when it begins; the answer ends when the coroutine does. Runs on
// the thread of the io_context. An exception ends the answer.
using HttpBodyWriter = std::function<boost::asio::awaitable<void>(HttpStream&)>;

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;  // of the header, besides those that every answer has
  HttpBodyWriter stream;  // if set, it writes the body, and the connection is closed behind it
};

// Runs on the thread of the io_context, so within milliseconds and without waiting. An exception becomes status 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;
// The same as a coroutine on that thread, which may wait for what others do; whoever writes it bounds the wait. The
// connection takes no other request meanwhile.
using HttpAsyncHandler = std::function<boost::asio::awaitable<HttpResponse>(const HttpRequest&)>;

}  // namespace oneway::observe
