// SPDX-License-Identifier: Apache-2.0
#include "cli/send.h"

#include <istream>
#include <memory>
#include <optional>
#include <ostream>

#include "cli/event_line.h"
#include "cli/parse_time.h"
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

bool NamesAnEvent(const SendOptions& options) {
  return !options.flow.empty() || !options.key.empty() || options.start || options.end;
}

// The event of the flags; what is wrong with them goes to `wrong`.
EventLine EventOf(const SendOptions& options, std::string& wrong) {
  EventLine event{
      .kind = options.end ? event::Kind::kEnd : event::Kind::kStart, .flow = options.flow, .key = options.key};
  if (options.start == options.end) wrong = "name one of --start and --end";
  const auto time = ParseTime(options.time);
  if (!time.has_value())
    wrong = "--time is neither RFC 3339, such as 2026-03-01T14:00:00Z, nor Unix nanoseconds nor now";
  event.time = time.value_or(Time{});
  for (const std::string& label : options.labels) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos) {
      wrong = "--label " + label + " is not name=value";
      break;
    }
    const std::string_view view = label;
    event.labels.push_back({.name = view.substr(0, equals), .value = view.substr(equals + 1)});
  }
  return event;
}

client::Outcome Hand(client::Client& client, const EventLine& event) {
  const client::EventOptions options{.time = event.time, .labels = event.labels};
  return event.kind == event::Kind::kStart ? client.Start(event.flow, event.key, options)
                                           : client.End(event.flow, event.key, options);
}

// Hands an event over, waiting for room where there is none. False when no room came for so long.
bool HandOrWait(client::Client& client, const EventLine& event, std::chrono::nanoseconds wait, std::string& wrong) {
  client::Outcome outcome = Hand(client, event);
  while (outcome == client::Outcome::kQueueFull) {
    if (!client.WaitForRoom(wait)) return false;
    outcome = Hand(client, event);
  }
  if (outcome == client::Outcome::kInvalidArgument) {
    wrong = client::Client::Explain(event.flow, event.key, {.time = event.time, .labels = event.labels});
  }
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
    return TellUsage("nothing to send; name an event with --flow, --key and --start or --end, or give lines", console);
  }

  std::string wrong;
  EventLine event;
  if (!reads_lines) {
    event = EventOf(options, wrong);
    if (wrong.empty()) {
      wrong = client::Client::Explain(event.flow, event.key, {.time = event.time, .labels = event.labels});
    }
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
