// SPDX-License-Identifier: Apache-2.0
#include "cli/watching_verbs.h"

#include "cli/top/column.h"
#include "cli/top/window.h"

namespace oneway::cli {
namespace {

constexpr uint32_t kOverdueMax = 1'000;
constexpr uint32_t kPerSecondMax = 1'000;

constexpr char kTopHelp[] = R"(Examples:
  oneway top
  oneway top --sort p99 --window 5m --filter push
  oneway top --once
  oneway top --json --every 10s | jq -c '.flows[] | select(.overdue > 0) | {flow, overdue}'

Columns: started/s and matched/s count since the look before; of the first look, over the window. open, oldest and overdue are
those of now; overdue is open for longer than the flow's objective, or half its ttl. p50, p99, max and expired are those of the
window, which also has the present minute.

Keys: f s m o l d 5 9 x e and < > sort, r turns round, / filters (Esc: all), w changes the window, arrows, PgUp, PgDn, Home and
End scroll, ? helps, q quits. Where standard output is no terminal, it tells a table for each look. NO_COLOR=1 takes the colours.

Exit code: 0 it was quit, or the time was over; 2 nobody answers, or, with --once, a joiner did not.)";

template <typename Options>
void Choose(CLI::App& verb, Options& options, Exit (*run)(const Options&, Console&), Verb& chosen) {
  verb.callback([&options, run, &chosen] {
    chosen = [&options, run](const std::string& server, Console& console) {
      options.server = server;
      return run(options, console);
    };
  });
}

}  // namespace

void AddOverdue(CLI::App& app, OverdueOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("overdue", "Tell which keys wait for their end for too long, oldest first");
  verb.add_option("--flow", options.flow, "Only this flow");
  AddDuration(verb, "--older-than", options.older_than, std::chrono::milliseconds(1),
              "Open for so long [the flow's objective, or half its ttl]");
  verb.add_option("--limit", options.limit, "At most so many")
      ->check(CLI::Range(uint32_t{1}, kOverdueMax))
      ->capture_default_str();
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.footer(R"(Examples:
  oneway overdue
  oneway overdue --flow push --older-than 30s --limit 100
  oneway overdue --json | jq -r '.keys[].key'

Exit code: 0 complete, 2 a joiner did not answer.)");
  Choose(verb, options, &Overdue, chosen);
}

void AddTail(CLI::App& app, TailOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("tail", "Tell what is decided, while it happens");
  verb.add_option("--flow", options.flow, "Only this flow");
  verb.add_option("--only", options.decisions, "Only these decisions, such as expired,late")
      ->delimiter(',')
      ->check(CLI::IsMember(DecisionNames()));
  verb.add_option("--key-prefix", options.key_prefix, "Only keys that begin so");
  AddDuration(verb, "--slower-than", options.slower_than, std::chrono::nanoseconds(1),
              "Only matched and late ones that took so long");
  verb.add_option("--per-second", options.per_second, "At most so many a second; a sample of the others")
      ->check(CLI::Range(uint32_t{1}, kPerSecondMax))
      ->capture_default_str();
  AddDuration(verb, "--for", options.duration, std::chrono::milliseconds(1), "How long [until Ctrl-C]");
  verb.add_flag("--json", options.json, "A line of JSON for each");
  verb.footer(R"(Examples:
  oneway tail --flow push
  oneway tail --only expired,late,orphan
  oneway tail --slower-than 5s --json | jq -r .key

What is told is durable. Exit code: 0 the time was over, 2 nobody answers.)");
  Choose(verb, options, &Tail, chosen);
}

void AddTop(CLI::App& app, TopOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("top", "Show all flows of the cluster, live");
  verb.add_option("--sort", options.sort, "By this column, the largest first")
      ->check(CLI::IsMember(top::ColumnNames()))
      ->capture_default_str();
  verb.add_flag("--reverse", options.reverse, "The other way round");
  verb.add_option("--filter", options.filter, "Only flows whose names contain this")->type_name("TEXT");
  verb.add_option("--window", options.window, "Latencies and expired of so long, and of the present minute")
      ->check(CLI::IsMember(top::WindowNames()))
      ->capture_default_str();
  AddDuration(verb, "--every", options.every, std::chrono::milliseconds(100), "How often it looks [1s]");
  AddDuration(verb, "--for", options.duration, std::chrono::milliseconds(1), "How long [until it is quit]");
  verb.add_flag("--once", options.once, "One table, and no more");
  verb.add_flag("--json", options.json, "A line of JSON for each look");
  verb.footer(kTopHelp);
  Choose(verb, options, &Top, chosen);
}

void AddCheck(CLI::App& app, CheckOptions& options, Verb& chosen) {
  CLI::App& verb = *app.add_subcommand("check", "Judge a flow, for gates in deployments");
  verb.add_option("--flow", options.flow, "Flow")->required();
  AddDuration(verb, "--for", options.window, std::chrono::seconds(1),
              "Of the last so long, in whole minutes, and of the present minute [5m]");
  const std::pair<const char*, std::chrono::nanoseconds*> quantiles[] = {
      {"50", &options.p50}, {"90", &options.p90}, {"95", &options.p95}, {"99", &options.p99}};
  for (const auto& [percent, bound] : quantiles) {
    AddDuration(verb, std::string("--p") + percent, *bound, std::chrono::nanoseconds(1),
                std::string(percent) + "% took at most so long");
  }
  const auto parse_share = [&options](const std::string& text) {
    options.max_expired = ParseShare(text);
    if (!options.max_expired) throw CLI::ValidationError("--max-expired", "a share such as 0.1% or 0.001 is needed");
  };
  verb.add_option_function<std::string>("--max-expired", parse_share, "At most this share expired")->type_name("SHARE");
  verb.add_option("--min-flows", options.min_flows, "With fewer flows nothing can be said")->capture_default_str();
  verb.add_flag("--json", options.json, "One line of JSON");
  verb.footer(R"(Examples:
  oneway check --flow push --p99 5s --max-expired 0.1% --for 5m
  oneway check --flow push --p50 200ms --p99 5s --min-flows 1000 || roll-back

A flow that is open for longer than a bound, or expired, counts as having taken longer, so one that is stuck is seen though
nothing of it ends. To within 1.1 % of a bound; powers of two of a second are exact.
Exit code: 0 all holds, 1 something does not, 2 it cannot be said: a joiner did not answer, or there were too few flows.)");
  verb.parse_complete_callback([&options] {
    using std::chrono::nanoseconds;
    const bool any = options.max_expired || options.p50 + options.p90 + options.p95 + options.p99 > nanoseconds(0);
    if (!any) throw CLI::ValidationError("check", "say what has to hold: --p50, --p90, --p95, --p99 or --max-expired");
  });
  Choose(verb, options, &Check, chosen);
}

}  // namespace oneway::cli
