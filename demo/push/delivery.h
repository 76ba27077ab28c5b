// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "demo/http/message.h"
#include "demo/http/post_queue.h"
#include "demo/push/flow.h"

namespace oneway::demo::push {

// Something to bring to somebody's phone. Between the processes it is
//   POST /deliveries?flow=FLOW&id=ID&to=USER    with the text as body
struct Delivery {
  Flow flow = Flow::kPush;
  std::string id;  // a word, as of http::Request::Word; also the key by which it is measured
  std::string to;  // a word
  std::string text = {};

  static constexpr char kPath[] = "/deliveries";

  http::Post ToPost() const;
  // None when the request lacks a parameter or has a wrong one.
  static std::optional<Delivery> Of(const http::Request& request);
};

}  // namespace oneway::demo::push
