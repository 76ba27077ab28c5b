// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "demo/http/message.h"
#include "demo/http/server.h"
#include "demo/push/delivery.h"
#include "demo/push/delivery_plan.h"
#include "demo/push/tracking.h"

namespace oneway::demo::push {

// Takes deliveries from the dispatcher, brings each to its phone after a while, and says when it is there. One that
// comes again, because an answer was lost, is answered alike and not brought again.
//
// Threading: owned by the one thread that runs the io_context, which outlives it. The tracking outlives both.
class Gateway {
 public:
  using DrawPlanFunction = std::function<DeliveryPlan(Flow)>;

  static constexpr size_t kPendingMax = 100'000;  // ends to come; the dispatcher keeps what is more: 503
  static constexpr size_t kRemembered = 200'000;  // last ids, to know one that comes again

  Gateway(boost::asio::io_context& io_context, Tracking& tracking, DrawPlanFunction draw_plan);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  void AddRoutes(http::Server& server);

  // Ends that are still to come.
  size_t pending() const { return *pending_; }

 private:
  http::Response OnDelivery(const http::Request& request);
  bool IsNew(const Delivery& delivery);
  void EndLater(const Delivery& delivery, std::chrono::nanoseconds delay);

  boost::asio::io_context& io_context_;
  Tracking& tracking_;
  const DrawPlanFunction draw_plan_;
  std::unordered_set<std::string> known_ids_;
  std::deque<std::string> known_ids_by_age_;
  // Shared with the timers, which may be dropped after the gateway.
  const std::shared_ptr<size_t> pending_ = std::make_shared<size_t>(0);
};

}  // namespace oneway::demo::push
