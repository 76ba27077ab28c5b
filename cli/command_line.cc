// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>

#include "cli/balance.h"
#include "cli/config_print.h"
#include "cli/demo.h"
#include "cli/get.h"
#include "cli/send.h"
#include "cli/stats.h"
#include "cli/validate.h"
#include "cli/verb.h"
#include "cli/watching_verbs.h"
#include "common/event/event.h"
#include "common/process/environment.h"
#include "common/process/units.h"
#include "common/process/version.h"

namespace oneway::cli {
namespace {

constexpr char kSendHelp[] = R"(Examples:
  oneway send --flow push --key k-1 --start
  oneway send --flow push --key k-1 --end --time 2026-03-01T14:00:00.25+01:00 --label region=eu
  oneway send --flow push --key k-1 --stage queued
  tail -f events.ndjson | oneway send -

A fan-out, in a flow of shape `fanout`:
  oneway send --flow task --key t-1 --start
  oneway send --flow task --key t-1 --part-started 7
  oneway send --flow task --key t-1 --part-ended 7
  oneway send --flow task --key t-1 --completed --expected 1

Lines of standard input:
  {"flow": "push", "key": "k-1", "kind": "start", "time": "2026-03-01T14:00:00Z", "labels": {"region": "eu"}}
  {"flow": "push", "key": "k-1", "kind": "stage", "stage": "queued"}
  {"flow": "task", "key": "t-1", "kind": "part_ended", "part": "7"}
  {"flow": "task", "key": "t-1", "kind": "completed", "expected": 1}
kind is start, end, stage, part_started, part_ended or completed. time is RFC 3339 or a whole number of Unix nanoseconds;
without it the event happened now. May be left out: labels, which stages and parts do not take, and expected, which only
start and completed take.

Exit code: 0 all acked, 1 a line was bad or an event refused, 2 not all were answered.)";

void AddSend(CLI::App& app, SendOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("send", "Send events: one, or a line each from standard input");
  verb.add_option("source", options.source, "`-`: read lines of JSON from standard input; the default in a pipe")
      ->check(CLI::IsMember({"-"}));
  verb.add_option("--flow", options.flow, "Flow, 1 to 64 of [a-z0-9._-]");
  verb.add_option("--key", options.key, "What start and end have in common, 1 to 256 bytes");
  verb.add_flag("--start", options.start, "The flow of this key began");
  verb.add_flag("--end", options.end, "The flow of this key ended");
  verb.add_option("--stage", options.stage, "This key has passed the stage of this name, 1 to 64 bytes")
      ->type_name("NAME");
  verb.add_option("--part-started", options.part_started,
                  "One more part of this key to wait for: this one, 1 to 64 bytes")
      ->type_name("PART");
  verb.add_option("--part-ended", options.part_ended, "This part of this key is out")->type_name("PART");
  verb.add_flag("--completed", options.completed, "No further parts of this key will be declared");
  verb.add_option("--expected", options.expected, "With --start or --completed: how many parts to wait for")
      ->check(CLI::Range(size_t{1}, event::kPartsMax));
  verb.add_option("--time", options.time, "When: RFC 3339, Unix nanoseconds, or now")->capture_default_str();
  verb.add_option("--label", options.labels, "name=value; may be repeated")->allow_extra_args(false);
  AddDuration(verb, "--wait", options.wait, std::chrono::nanoseconds(0), "How long to wait for answers [30s]");
  verb.footer(kSendHelp);
  verb.callback([&] {
    chosen = [&options](const std::string& server, Console& console) {
      options.server = server;
      return Send(options, console);
    };
  });
}

void AddGet(CLI::App& app, GetOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("get", "Tell the state of one key");
  verb.add_option("flow", options.flow, "Flow")->required();
  verb.add_option("key", options.key, "Key")->required();
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.footer(R"(Examples:
  oneway get push k-1
  oneway get push k-1 --json
  oneway get push -- -key-that-begins-with-a-dash

Exit code: 0 found, 2 its joiner did not answer, 3 no such key.)");
  verb.callback([&] {
    chosen = [&options](const std::string& server, Console& console) {
      options.server = server;
      return Get(options, console);
    };
  });
}

void AddStats(CLI::App& app, StatsOptions& options, std::chrono::nanoseconds& window, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("stats", "Tell counts and latencies of flows");
  verb.add_option("--flow", options.flow, "Only this flow");
  AddDuration(verb, "--window", window, std::chrono::seconds(1),
              "Only the last so long, in whole minutes, and the present minute [since ever]");
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.footer(R"(Examples:
  oneway stats
  oneway stats --flow push --window 5m
  oneway stats --json | jq '.flows[] | {flow, p99_seconds}'

Exit code: 0 complete, 2 a joiner did not answer.)");
  verb.callback([&] {
    chosen = [&](const std::string& server, Console& console) {
      options.server = server;
      options.window_seconds = static_cast<uint32_t>(std::chrono::ceil<std::chrono::seconds>(window).count());
      return Stats(options, console);
    };
  });
}

void AddBalance(CLI::App& app, BalanceOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("balance", "Tell whether every start is accounted for");
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.footer(R"(Examples:
  oneway balance
  oneway balance --json | jq .unexplained

started = matched + expired + superseded + open + unexplained
Exit code: 0 balanced, 1 a start is unexplained, 2 a joiner did not answer.)");
  verb.callback([&] {
    chosen = [&options](const std::string& server, Console& console) {
      options.server = server;
      return Balance(options, console);
    };
  });
}

void AddValidate(CLI::App& app, ValidateOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("validate", "Tell what is wrong with a configuration file");
  verb.add_option("-c,--config", options.file, "The YAML file of all processes")
      ->envname("ONEWAY_CONFIG")
      ->required()
      ->type_name("FILE");
  verb.footer(R"(Examples:
  oneway validate -c /etc/oneway/oneway.yaml
  oneway validate -c oneway.yaml && systemctl reload oneway-joiner

Reads the whole file as the servers do, without their variables and flags.
Exit code: 0 good, 78 the problems stand in the output, one a line.)");
  verb.callback(
      [&] { chosen = [&options](const std::string&, Console& console) { return Validate(options, console); }; });
}

void AddConfig(CLI::App& app, ConfigPrintOptions& options, Verb& chosen) {
  CLI::App& group = *app.add_subcommand("config", "Look at configurations");
  group.require_subcommand(1);
  CLI::App& verb = *group.add_subcommand("print", "Tell every setting, its value, and where that comes from");
  verb.add_option("-c,--config", options.file, "The YAML file of all processes [ONEWAY_CONFIG, else none]")
      ->type_name("FILE");
  CLI::Option* joiner = verb.add_option("--joiner", options.joiner, "As the joiner of this name reads it");
  verb.add_flag("--partitioner", options.partitioner, "As a partitioner reads it")->excludes(joiner);
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.add_option("flags", options.flags, "Behind `--`: flags of that process");
  verb.footer(R"(Examples:
  oneway config print -c /etc/oneway/oneway.yaml
  oneway config print -c oneway.yaml --joiner joiner-1
  ONEWAY_JOINER_SHARDS=4 oneway config print --joiner joiner-0 -- --memory-max 8GiB
  oneway config print --json | jq -r '.flows[].ttl.value'

Origins: default, FILE:LINE, flow_defaults with FILE:LINE, variable NAME, flag --NAME.
Exit code: 0 printed, 78 the configuration is wrong; the problems stand on standard error.)");
  verb.callback([&] {
    chosen = [&options](const std::string&, Console& console) {
      options.environment = process::CurrentEnvironment();
      return ConfigPrint(options, console);
    };
  });
}

void AddDemo(CLI::App& app, const CLI::Option& server, DemoOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("demo", "Run a cluster and two applications here, break some of it, and watch");
  verb.add_option_function<int>(
          "--seconds", [&options](int seconds) { options.run = std::chrono::seconds(seconds); }, "How long [60]")
      ->check(CLI::Range(static_cast<int>(kDemoLeast.count()), 24 * 3600));
  verb.add_flag("--json", options.json, "The result as a line of JSON; what happens goes to standard error");
  verb.add_flag("--keep", options.keep, "Leave the folder with data and logs behind, and say where it is");
  verb.footer(R"(Examples:
  oneway demo
  oneway demo --seconds 30 --json | jq .balance

Needs nothing and leaves nothing behind: free ports of 127.0.0.1, data in a temporary folder. Ctrl-C ends it in order.
Exit code: 0 balanced, 1 a start is unexplained, 2 something did not start or ended by itself.)");
  // Not in the callback below: by then the option also holds what ONEWAY_SERVER says, which is meant for other verbs.
  verb.parse_complete_callback([&server] {
    if (server.count() > 0) throw CLI::ValidationError("--server", "the demo runs a partitioner of its own");
  });
  verb.callback([&] { chosen = [&options](const std::string&, Console& console) { return Demo(options, console); }; });
}

}  // namespace

void AddDuration(CLI::App& verb, const std::string& name, std::chrono::nanoseconds& duration,
                 std::chrono::nanoseconds least, const std::string& description) {
  const auto parse = [name, &duration, least](const std::string& text) {
    const auto parsed = process::ParseDuration(text);
    if (!parsed.ok()) throw CLI::ValidationError(name, std::string(parsed.status().message()));
    if (*parsed < least) throw CLI::ValidationError(name, "must be at least " + process::FormatDuration(least));
    duration = *parsed;
  };
  verb.add_option_function<std::string>(name, parse, description)->type_name("DURATION");
}

int RunCommandLine(int argc, const char* const* argv, Console& console) {
  CLI::App app("Measures the true latency of asynchronous one-way flows", "oneway");
  std::string server = "127.0.0.1:7100";
  const CLI::Option& server_option =
      *app.add_option("--server", server, "Partitioner, host:port; for questions also a joiner")
           ->envname("ONEWAY_SERVER")
           ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
           ->capture_default_str();
  app.set_version_flag("--version", process::VersionText());
  app.require_subcommand(1);
  app.fallthrough();  // --server may stand behind the verb
  SendOptions send;
  GetOptions get;
  StatsOptions stats;
  BalanceOptions balance;
  OverdueOptions overdue;
  TailOptions tail;
  TopOptions top;
  CheckOptions check;
  ValidateOptions validate;
  ConfigPrintOptions config_print;
  DemoOptions demo;
  std::chrono::nanoseconds window{0};
  Verb chosen;
  AddSend(app, send, chosen);
  AddGet(app, get, chosen);
  AddStats(app, stats, window, chosen);
  AddBalance(app, balance, chosen);
  AddOverdue(app, overdue, chosen);
  AddTail(app, tail, chosen);
  AddTop(app, top, chosen);
  AddCheck(app, check, chosen);
  AddValidate(app, validate, chosen);
  AddConfig(app, config_print, chosen);
  AddDemo(app, server_option, demo, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, console.out, console.err) == 0 ? 0 : static_cast<int>(Exit::kUsage);
  }
  return static_cast<int>(chosen(server, console));
}

}  // namespace oneway::cli
