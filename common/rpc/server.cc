// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <mutex>

#include "absl/strings/str_cat.h"
#include "common/rpc/limits.h"

namespace oneway::rpc {
namespace {

// gRPC keeps both switches for the whole process, and they must be set before its first builder exists.
void EnableHealthAndReflection() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetBounds(grpc::ServerBuilder& builder) {
  const auto keepalive_millis = static_cast<int>(kKeepaliveInterval.count());
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.SetMaxSendMessageSize(kMessageBytesMax);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive_millis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(kKeepaliveTimeout.count()));
  // Our clients ping every kKeepaliveInterval, also on silent streams; by default gRPC would hang up on them.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, keepalive_millis / 2);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Otherwise a second process on the same port starts without complaint and takes half of the connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace

absl::StatusOr<RunningServer> StartServer(const ServerOptions& options) {
  absl::StatusOr<Address> address = ParseAddress(options.listen);
  if (!address.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(options.listen_flag, ": ", address.status().message()));
  }

  EnableHealthAndReflection();
  grpc::ServerBuilder builder;
  SetBounds(builder);
  int port = 0;
  builder.AddListeningPort(ToString(*address), grpc::InsecureServerCredentials(), &port);
  for (grpc::Service* service : options.services) builder.RegisterService(service);
  if (options.prepare) options.prepare(builder);

  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen,
                                               ": the port is taken, or the address is not one of this machine; ",
                                               options.listen_flag, " changes it"));
  }
  address->port = static_cast<uint16_t>(port);
  return RunningServer{.server = std::move(server), .address = *std::move(address)};
}

}  // namespace oneway::rpc
