// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/client.h"
#include "demo/http/address.h"

namespace oneway::demo::http {
class Server;
}  // namespace oneway::demo::http

namespace CLI {
class App;
}  // namespace CLI

namespace boost::asio {
class io_context;
}  // namespace boost::asio

// What the mains of the demo have in common.
namespace oneway::demo::program {

// How the programs end.
constexpr int kExitOk = 0;
constexpr int kExitFailure = 1;  // told on stderr
constexpr int kExitUsage = 64;   // a wrong command line

// Sends the log to stderr. Once, first in main; `argv0` stays valid until the process ends.
void InitLogging(const char* argv0);

// An option that takes host:port.
void AddAddress(CLI::App& app, const std::string& name, http::Address& address, const std::string& description);
// --seed, for runs that draw the same numbers in the same order.
void AddSeed(CLI::App& app, std::optional<uint64_t>& seed);

// Reads the command line. The exit code, when the program is to end at once: after --help, or when a flag is wrong.
std::optional<int> Parse(CLI::App& app, int argc, char** argv);

// The seed that was asked for, or one of the machine's.
uint64_t SeedOf(const std::optional<uint64_t>& seed);

// A client of Oneway; null, and told on stderr, when `partitioner` is no address.
std::unique_ptr<client::Client> ConnectToOneway(const http::Address& partitioner);
// Waits a few seconds until Oneway has all events, and tells what it has not.
void Shutdown(client::Client& client);

// Runs `io_context` on this thread until SIGTERM or SIGINT. A second signal, after this has returned, ends the process.
void RunUntilSignal(boost::asio::io_context& io_context);
// Starts the server, runs until a signal, and stops the server. False, and told on stderr, when it cannot listen.
// `what` it does, for the log: "messages are taken".
bool ServeUntilSignal(boost::asio::io_context& io_context, http::Server& server, const std::string& what);
// Runs `io_context` on this thread while `is_busy`, at most so long.
void RunWhile(boost::asio::io_context& io_context, const std::function<bool()>& is_busy,
              std::chrono::nanoseconds within);

}  // namespace oneway::demo::program
