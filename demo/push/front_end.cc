// SPDX-License-Identifier: Apache-2.0
#include "demo/push/front_end.h"

#include <cstdint>

#include "demo/id/new_id.h"

namespace oneway::demo::push {
namespace {

http::Response Lacks(const char* what) {
  return {.status = 400, .body = std::string("needs ") + what + " in the query, each 1 to 64 of [A-Za-z0-9._-]\n"};
}

http::Response Taken(std::string id) {
  return {.status = 202, .body = std::move(id)};
}

}  // namespace

void FrontEnd::AddRoutes(http::Server& server) {
  server.RoutePost("/messages", [this](const http::Request& request) { return OnMessage(request); });
  server.RoutePost("/typing", [this](const http::Request& request) { return OnTyping(request); });
  server.RoutePost("/seen", [this](const http::Request& request) { return OnSeen(request); });
}

Service FrontEnd::PhoneOf(std::string_view user) {
  uint32_t sum = 0;
  for (const char c : user) sum += static_cast<uint8_t>(c);
  return sum % 2 == 0 ? Service::kApns : Service::kGcm;
}

http::Response FrontEnd::OnMessage(const http::Request& request) {
  const auto to = request.Word("to");
  if (!to.has_value() || !request.Word("from").has_value()) return Lacks("from and to");
  Send(Flow::kMessageDelivery, *to, request.body);
  return Taken(Send(Flow::kPush, *to, request.body));
}

http::Response FrontEnd::OnTyping(const http::Request& request) {
  const auto to = request.Word("to");
  if (!to.has_value() || !request.Word("from").has_value()) return Lacks("from and to");
  return Taken(Send(Flow::kTypingIndicator, *to, ""));
}

http::Response FrontEnd::OnSeen(const http::Request& request) {
  const auto to = request.Word("to");
  return to.has_value() ? Taken(Send(Flow::kSeenReceipt, *to, "")) : Lacks("to");
}

std::string FrontEnd::Send(Flow flow, const std::string& to, std::string_view text) {
  const Service service = PhoneOf(to);
  const Delivery delivery{.flow = flow, .id = NewId(), .to = to, .text = std::string(text)};
  tracking_.Started(flow, delivery.id, service);
  // A dropped one has been accepted all the same: it has a start and will have no end.
  dispatcher_.Dispatch(service, delivery);
  return delivery.id;
}

}  // namespace oneway::demo::push
