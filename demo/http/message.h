// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace oneway::demo::http {

// A request as handlers see it.
// Threading: immutable; the views live as long as the call of the handler.
struct Request {
  std::string_view path;   // as registered
  std::string_view query;  // behind the question mark; may be empty
  std::string_view body;

  // The first parameter `name` of the query, when it is a word: 1 to 64 of [A-Za-z0-9._-]. These need no encoding, and
  // the programs of the demo send each other nothing else.
  std::optional<std::string> Word(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string body = {};
};

// Runs on the thread of the io_context, so without waiting; must not throw.
using Handler = std::function<Response(const Request&)>;

}  // namespace oneway::demo::http
