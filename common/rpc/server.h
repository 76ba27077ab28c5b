// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/address.h"

namespace grpc {
class ServerBuilder;
class Service;
}  // namespace grpc

namespace oneway::rpc {

struct ServerOptions {
  std::string listen;                    // host:port; port 0 takes a free one
  std::string listen_flag = "--listen";  // what changes `listen`, for error messages
  std::vector<grpc::Service*> services;  // must outlive the server
  // For what services with completion queues need besides; called once, before the start.
  std::function<void(grpc::ServerBuilder&)> prepare;
};

// A server that accepts calls. Destroying it shuts it down and waits for the calls in progress; for an orderly end,
// call server->Shutdown(deadline) before.
struct RunningServer {
  std::unique_ptr<grpc::Server> server;
  Address address;  // with the port that was really taken
};

// Starts a server with the bounds of limits.h, which also answers grpc.health.v1 and reflection. Without encryption.
// INVALID_ARGUMENT for a malformed `listen`; UNAVAILABLE when it cannot be had, because the port is taken (it is never
// shared with another process) or the address is not this machine's. Both name the address and `listen_flag`.
absl::StatusOr<RunningServer> StartServer(const ServerOptions& options);

}  // namespace oneway::rpc
