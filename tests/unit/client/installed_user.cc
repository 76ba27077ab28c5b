// SPDX-License-Identifier: Apache-2.0
//
// A user's program: knows nothing of Oneway but what is installed.
#include <chrono>
#include <iostream>

#include "oneway/client.h"

int main() {
  // Nobody listens at port 1: the events are dropped at shutdown, and counted.
  auto client = oneway::client::Client::Create({.targets = {"127.0.0.1:1"}});
  client->Start("push", "key");
  client->End("push", "key");
  const auto counters = client->Shutdown(std::chrono::milliseconds(1));
  std::cout << "accepted " << counters.accepted << ", dropped " << counters.dropped_at_shutdown << "\n";
  return counters.accepted == 2 && counters.dropped_at_shutdown == 2 ? 0 : 1;
}
