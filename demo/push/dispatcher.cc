// SPDX-License-Identifier: Apache-2.0
#include "demo/push/dispatcher.h"

namespace oneway::demo::push {

Dispatcher::Dispatcher(boost::asio::io_context& io_context, Gateways gateways) {
  for (size_t i = 0; i < queues_.size(); ++i) {
    gateways[i].name = "gateway " + std::string(kServiceNames[i]);
    queues_[i] = std::make_unique<http::PostQueue>(io_context, gateways[i]);
  }
}

bool Dispatcher::Dispatch(Service service, const Delivery& delivery) {
  return QueueOf(service).Push(delivery.ToPost());
}

uint64_t Dispatcher::waiting() const {
  uint64_t waiting = 0;
  for (const auto& queue : queues_) waiting += queue->figures().waiting;
  return waiting;
}

}  // namespace oneway::demo::push
