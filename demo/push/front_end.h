// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "demo/http/message.h"
#include "demo/http/server.h"
#include "demo/push/dispatcher.h"
#include "demo/push/tracking.h"

namespace oneway::demo::push {

// Takes what people do to each other, and answers before anything of it is done:
//   POST /messages?from=USER&to=USER   text in the body: brings the message, and a push notification
//   POST /typing?from=USER&to=USER
//   POST /seen?to=USER                 the one whose message was seen
// 202 with the id under which it is measured (of a message: the push), 400 for a request that lacks something.
//
// Threading: owned by the thread of the server. Dispatcher and tracking outlive it.
class FrontEnd {
 public:
  FrontEnd(Dispatcher& dispatcher, Tracking& tracking) : dispatcher_(dispatcher), tracking_(tracking) {}

  void AddRoutes(http::Server& server);

  // Which service reaches the phone of `user`: always the same.
  static Service PhoneOf(std::string_view user);

 private:
  http::Response OnMessage(const http::Request& request);
  http::Response OnTyping(const http::Request& request);
  http::Response OnSeen(const http::Request& request);
  std::string Send(Flow flow, const std::string& to, std::string_view text);

  Dispatcher& dispatcher_;
  Tracking& tracking_;
};

}  // namespace oneway::demo::push
