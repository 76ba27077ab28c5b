// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client/client.h"
#include "demo/push/tracking.h"

namespace oneway::demo::push {

// Tells Oneway; pushes are told apart by the service that takes them.
// Threading: thread-safe. The client outlives it.
class OnewayTracking final : public Tracking {
 public:
  explicit OnewayTracking(client::Client& client) : client_(client) {}

  // The client counts what it cannot take; there is nothing that the messaging should do about it.
  void Started(Flow flow, const std::string& id, Service service) override {
    const client::Label label{.name = "service", .value = NameOf(service)};
    client::EventOptions options;
    if (flow == Flow::kPush) options.labels = {&label, 1};
    client_.Start(NameOf(flow), id, options);
  }
  void Ended(Flow flow, const std::string& id) override { client_.End(NameOf(flow), id); }

 private:
  client::Client& client_;
};

}  // namespace oneway::demo::push
