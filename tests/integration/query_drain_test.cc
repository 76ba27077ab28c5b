// SPDX-License-Identifier: Apache-2.0
//
// Concern: a peer that has a connection to a joiner, and neither a call on it nor an eye on it, does not hold up its
// end.
#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <boost/asio.hpp>
#include <string>

#include "tests/support/process/cluster.h"

namespace oneway::test {
namespace {

namespace asio = boost::asio;

// As HTTP/2 begins a connection: the client's preface, and a frame of settings without any.
std::string FirstWords() {
  return std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string({0, 0, 0, 4, 0, 0, 0, 0, 0});
}

TEST(QueryDrainTest, AConnectionThatNobodyLooksAtDoesNotHoldUpTheEndOfAJoiner) {
  // Far more than the end takes on a slow machine, so that it shows whether the grace was waited for.
  Cluster cluster({.joiner_flags = {"--shutdown-grace", "2m"}});
  cluster.Start();
  asio::io_context io_context;
  asio::ip::tcp::socket peer(io_context);
  const std::string address = cluster.joiner_address(0);
  peer.connect(
      {asio::ip::address_v4::loopback(), static_cast<uint16_t>(std::stoul(address.substr(address.find(':') + 1)))});
  asio::write(peer, asio::buffer(FirstWords()));
  std::array<char, 9> head_of_a_frame{};
  asio::read(peer, asio::buffer(head_of_a_frame));  // the joiner speaks, so it knows the connection

  cluster.joiner(0).Signal(SIGTERM);
  // After 15 s the joiner itself takes such a peer for gone.
  EXPECT_EQ(cluster.joiner(0).Wait(std::chrono::seconds(10)), 0);
}

}  // namespace
}  // namespace oneway::test
