// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>

#include "demo/http/post_queue.h"
#include "demo/push/delivery.h"

namespace oneway::demo::push {

// Hands deliveries to the gateways, with a queue of its own for each: one that is away does not hold up the other.
// Nothing is lost while a gateway is away, until its queue is full. A gateway may get a delivery more than once.
//
// Threading: owned by the one thread that runs the io_context, which outlives it.
class Dispatcher {
 public:
  // The gateways, by service; `name` is set here.
  using Gateways = std::array<http::PostQueueOptions, kServiceNames.size()>;

  Dispatcher(boost::asio::io_context& io_context, Gateways gateways);

  // False when the service's queue is full and the delivery is dropped, which the log says.
  bool Dispatch(Service service, const Delivery& delivery);
  // Deliveries that no gateway has taken yet.
  uint64_t waiting() const;
  http::PostFigures figures(Service service) const { return QueueOf(service).figures(); }

 private:
  http::PostQueue& QueueOf(Service service) const { return *queues_[static_cast<size_t>(service)]; }

  std::array<std::unique_ptr<http::PostQueue>, kServiceNames.size()> queues_;
};

}  // namespace oneway::demo::push
