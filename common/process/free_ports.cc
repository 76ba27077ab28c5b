// SPDX-License-Identifier: Apache-2.0
#include "common/process/free_ports.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "absl/status/status.h"

namespace oneway::process {

absl::StatusOr<std::vector<uint16_t>> FreePorts(int count) {
  using boost::asio::ip::tcp;
  boost::asio::io_context io_context;
  // All are held until the last is drawn, so that they differ.
  std::vector<tcp::socket> sockets;
  std::vector<uint16_t> ports;
  for (int i = 0; i < count; ++i) {
    boost::system::error_code error;
    tcp::socket& socket = sockets.emplace_back(io_context);
    socket.open(tcp::v4(), error);
    if (!error) socket.bind({boost::asio::ip::address_v4::loopback(), 0}, error);
    if (error) return absl::UnavailableError("no free port on 127.0.0.1: " + error.message());
    ports.push_back(socket.local_endpoint().port());
  }
  return ports;
}

}  // namespace oneway::process
