// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/proxy/fault_proxy.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio.hpp>
#include <functional>
#include <optional>
#include <string>

namespace oneway::test::crash {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// One connection through a proxy, all on the test's own thread.
class FaultProxyTest : public testing::Test {
 protected:
  FaultProxyTest()
      : acceptor_(io_context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        proxy_(io_context_, "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())),
        client_(io_context_),
        server_(io_context_) {}

  // Runs until it is so; what does not come in 20 s fails the test.
  void RunUntil(const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_so()) {
      io_context_.restart();
      io_context_.run_one_until(deadline);
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited 20 s for what did not come";
    }
  }

  // The proxy has taken the weather then.
  void RunWhatIsReady() {
    io_context_.restart();
    while (io_context_.poll() > 0) {
    }
  }

  void Connect() {
    int connected = 0;
    acceptor_.async_accept(server_, [&](error_code error) { connected += error ? 0 : 1; });
    client_.async_connect(ProxyEndpoint(), [&](error_code error) { connected += error ? 0 : 1; });
    RunUntil([&] { return connected == 2; });
  }

  tcp::endpoint ProxyEndpoint() const {
    const std::string& address = proxy_.address();
    return {asio::ip::address_v4::loopback(), static_cast<uint16_t>(std::stoul(address.substr(address.find(':') + 1)))};
  }

  static void Write(tcp::socket& socket, const std::string& text) { asio::write(socket, asio::buffer(text)); }

  // Begins to read `bytes`; what came, once it did. Empty for the end of the connection.
  std::shared_ptr<std::optional<std::string>> Read(tcp::socket& socket, size_t bytes) {
    auto text = std::make_shared<std::string>(bytes, '\0');
    auto result = std::make_shared<std::optional<std::string>>();
    asio::async_read(socket, asio::buffer(*text),
                     [text, result](error_code error, size_t) { *result = error ? std::string() : *text; });
    return result;
  }

  std::string Await(const std::shared_ptr<std::optional<std::string>>& result) {
    RunUntil([&] { return result->has_value(); });
    return result->value_or("nothing");
  }

  // Sends the other way until something is there, so that whatever was due in this direction had its chance.
  void PassOnce(tcp::socket& from, tcp::socket& to) {
    Write(from, "x");
    EXPECT_EQ(Await(Read(to, 1)), "x");
  }

  asio::io_context io_context_;
  tcp::acceptor acceptor_;
  FaultProxy proxy_;
  tcp::socket client_;
  tcp::socket server_;
};

TEST_F(FaultProxyTest, InFineWeatherEverythingPassesBothWays) {
  Connect();
  const std::string much(1'000'000, 'a');
  asio::async_write(client_, asio::buffer(much), [](error_code, size_t) {});
  EXPECT_TRUE(Await(Read(server_, much.size())) == much);
  Write(server_, "answer");
  EXPECT_EQ(Await(Read(client_, 6)), "answer");
}

TEST_F(FaultProxyTest, TheEndOfOneSideIsTheEndOfTheOther) {
  Connect();
  server_.close();
  EXPECT_EQ(Await(Read(client_, 1)), "");
}

TEST_F(FaultProxyTest, CutEndsWhatIsThereAndRefusesWhatComes) {
  Connect();
  proxy_.SetWeather({.cut = true});
  EXPECT_EQ(Await(Read(client_, 1)), "");
  EXPECT_EQ(Await(Read(server_, 1)), "");

  tcp::socket another(io_context_);
  another.connect(ProxyEndpoint());
  EXPECT_EQ(Await(Read(another, 1)), "");

  proxy_.SetWeather({});
  client_ = tcp::socket(io_context_);
  server_ = tcp::socket(io_context_);
  Connect();
  PassOnce(client_, server_);
}

TEST_F(FaultProxyTest, SilentOneWayHoldsBackThatWayOnlyAndLosesNothing) {
  Connect();
  PassOnce(client_, server_);
  proxy_.SetWeather({.forward_silent = true});
  RunWhatIsReady();
  Write(client_, "event");
  const auto event = Read(server_, 5);
  for (int i = 0; i < 3; ++i) PassOnce(server_, client_);
  EXPECT_FALSE(event->has_value());

  proxy_.SetWeather({});
  EXPECT_EQ(Await(event), "event");
}

TEST_F(FaultProxyTest, SilentBackwardsHoldsBackTheAnswers) {
  Connect();
  proxy_.SetWeather({.backward_silent = true});
  RunWhatIsReady();
  Write(server_, "answer");
  const auto answer = Read(client_, 6);
  for (int i = 0; i < 3; ++i) PassOnce(client_, server_);
  EXPECT_FALSE(answer->has_value());

  proxy_.SetWeather({});
  EXPECT_EQ(Await(answer), "answer");
}

TEST_F(FaultProxyTest, DelayedArrivesLaterByThatMuch) {
  Connect();
  proxy_.SetWeather({.delay = milliseconds(150)});
  RunWhatIsReady();
  const auto began = std::chrono::steady_clock::now();
  Write(client_, "event");
  EXPECT_EQ(Await(Read(server_, 5)), "event");
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(150));
}

TEST_F(FaultProxyTest, SlowTakesTimeForEveryByte) {
  Connect();
  proxy_.SetWeather({.bytes_per_second = 10'000});
  RunWhatIsReady();
  const auto began = std::chrono::steady_clock::now();
  const std::string text(3'000, 'a');
  Write(client_, text);
  EXPECT_EQ(Await(Read(server_, text.size())), text);
  // What was being read as the weather turned may pass at once.
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(250));
}

TEST_F(FaultProxyTest, ATargetThatDoesNotServeEndsTheConnection) {
  acceptor_.close();
  client_.connect(ProxyEndpoint());
  EXPECT_EQ(Await(Read(client_, 1)), "");
}

}  // namespace
}  // namespace oneway::test::crash
