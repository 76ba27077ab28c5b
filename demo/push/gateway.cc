// SPDX-License-Identifier: Apache-2.0
#include "demo/push/gateway.h"

#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace oneway::demo::push {

Gateway::Gateway(boost::asio::io_context& io_context, Tracking& tracking, DrawPlanFunction draw_plan)
    : io_context_(io_context), tracking_(tracking), draw_plan_(std::move(draw_plan)) {}

void Gateway::AddRoutes(http::Server& server) {
  server.RoutePost(Delivery::kPath, [this](const http::Request& request) { return OnDelivery(request); });
}

http::Response Gateway::OnDelivery(const http::Request& request) {
  const auto delivery = Delivery::Of(request);
  if (!delivery.has_value()) return {.status = 400, .body = "needs flow, id and to in the query\n"};
  if (pending() >= kPendingMax) return {.status = 503, .body = "too many deliveries at a time\n"};
  if (IsNew(*delivery)) {
    for (const std::chrono::nanoseconds delay : draw_plan_(delivery->flow)) EndLater(*delivery, delay);
  }
  return {.status = 202};
}

bool Gateway::IsNew(const Delivery& delivery) {
  if (!known_ids_.insert(delivery.id).second) return false;
  known_ids_by_age_.push_back(delivery.id);
  if (known_ids_by_age_.size() > kRemembered) {
    known_ids_.erase(known_ids_by_age_.front());
    known_ids_by_age_.pop_front();
  }
  return true;
}

void Gateway::EndLater(const Delivery& delivery, std::chrono::nanoseconds delay) {
  ++*pending_;
  // The timer is kept by its own handler.
  auto timer = std::make_unique<boost::asio::steady_timer>(io_context_, delay);
  boost::asio::steady_timer& waiting = *timer;
  waiting.async_wait([&tracking = tracking_, pending = pending_, flow = delivery.flow, id = delivery.id,
                      timer = std::move(timer)](const auto& error) {
    --*pending;
    if (!error) tracking.Ended(flow, id);
  });
}

}  // namespace oneway::demo::push
