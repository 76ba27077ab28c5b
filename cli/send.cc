// SPDX-License-Identifier: Apache-2.0
#include "cli/send.h"

#include <istream>
#include <memory>
#include <ostream>

#include "cli/event_flags.h"
#include "cli/event_line.h"
#include "cli/send_report.h"
#include "cli/server.h"
#include "client/client.h"

namespace oneway::cli {
namespace {

// A wrong command line; the message is complete.
Exit TellUsage(const std::string& message, Console& console) {
  console.err << "oneway send: " << message << "\n";
  return Exit::kUsage;
}

client::Outcome Hand(client::Client& client, const EventLine& event) {
  const client::EventOptions options{.time = event.time, .labels = event.labels, .expected = event.expected};
  switch (event.kind) {
    case event::Kind::kEnd:
      return client.End(event.flow, event.key, options);
    case event::Kind::kStage:
      return client.Stage(event.flow, event.key, event.stage, event.time);
    case event::Kind::kPartStarted:
      return client.PartStarted(event.flow, event.key, event.part, event.time);
    case event::Kind::kPartEnded:
      return client.PartEnded(event.flow, event.key, event.part, event.time);
    case event::Kind::kCompleted:
      return client.Completed(event.flow, event.key, options);
    default:
      return client.Start(event.flow, event.key, options);
  }
}

// Why the client would not take the event; empty when it would.
std::string Explain(const EventLine& event) {
  if (IsPart(event.kind)) {
    return std::string(client::Client::ExplainPart(event.flow, event.key, event.part, event.time));
  }
  if (event.kind == event::Kind::kStage) {
    return std::string(client::Client::ExplainStage(event.flow, event.key, event.stage, event.time));
  }
  return std::string(client::Client::Explain(event.flow, event.key,
                                             {.time = event.time, .labels = event.labels, .expected = event.expected}));
}

// Hands an event over, waiting for room where there is none. False when no room came for so long.
bool HandOrWait(client::Client& client, const EventLine& event, std::chrono::nanoseconds wait, std::string& wrong) {
  client::Outcome outcome = Hand(client, event);
  while (outcome == client::Outcome::kQueueFull) {
    if (!client.WaitForRoom(wait)) return false;
    outcome = Hand(client, event);
  }
  if (outcome == client::Outcome::kInvalidArgument) wrong = Explain(event);
  return true;
}

void SendLines(client::Client& client, const SendOptions& options, Console& console, SendReport& report) {
  if (console.before_reading_lines != nullptr) console.before_reading_lines();
  EventLineParser parser;
  EventLine event;
  std::string line;
  for (uint64_t number = 1; std::getline(console.in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::string wrong = parser.Parse(line, event);
    if (wrong.empty() && !HandOrWait(client, event, options.wait, wrong)) {
      console.err << "oneway: stopped at line " << number << ": " << options.server << " has given no answer for "
                  << std::chrono::duration_cast<std::chrono::seconds>(options.wait).count() << " s\n";
      return;
    }
    if (!wrong.empty()) report.BadLine(number, wrong);
    report.Progress(client);
  }
}

// Null when nobody answers or the server's address is none; then `console` has been told.
std::unique_ptr<client::Client> Connect(const SendOptions& options, Console& console) {
  std::string error;
  auto client = client::Client::Create({.targets = {options.server}}, &error);
  if (client == nullptr) {
    console.err << "oneway: --server: " << error << "\n";
  } else if (!Listens(options.server)) {
    TellNoAnswer(options.server, grpc::Status(grpc::StatusCode::UNAVAILABLE, ""), console);
    client.reset();
  }
  return client;
}

Exit Finish(client::Client& client, const SendOptions& options, Console& console, SendReport& report) {
  const client::Counters counters = client.Shutdown(options.wait);
  const std::string last_error = client.connection().last_error;
  if (counters.dropped_at_shutdown > 0 && !last_error.empty()) {
    console.err << "oneway: " << options.server << ": " << last_error << "\n";
  }
  return report.Finish(counters);
}

}  // namespace

Exit Send(const SendOptions& options, Console& console) {
  const bool reads_lines = options.source == "-" || (!NamesAnEvent(options) && !console.in_is_terminal);
  if (reads_lines && NamesAnEvent(options)) return TellUsage("either `-` or one event, not both", console);
  if (!reads_lines && !NamesAnEvent(options)) {
    return TellUsage(
        "nothing to send; name an event with --flow, --key and what happened, such as --start, or give lines", console);
  }

  EventLine event;
  if (!reads_lines) {
    std::string wrong = ReadEventFlags(options, event);
    if (wrong.empty()) wrong = Explain(event);
    if (!wrong.empty()) return TellUsage(wrong, console);
  }

  const auto client = Connect(options, console);
  if (client == nullptr) return Exit::kPartial;
  SendReport report(console);
  if (reads_lines) {
    SendLines(*client, options, console, report);
  } else {
    Hand(*client, event);
  }
  return Finish(*client, options, console, report);
}

}  // namespace oneway::cli
