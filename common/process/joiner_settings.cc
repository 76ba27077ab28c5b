// SPDX-License-Identifier: Apache-2.0
#include "common/process/setting.h"

namespace oneway::process {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr uint64_t kKibibyte = uint64_t{1} << 10;
constexpr uint64_t kMebibyte = uint64_t{1} << 20;
constexpr uint64_t kGibibyte = uint64_t{1} << 30;
constexpr uint64_t kTebibyte = uint64_t{1} << 40;

void AddServing(SettingTable<JoinerConfig>& table) {
  table.Add("name", &JoinerConfig::name, NameText(), {.help = "Which entry of cluster.joiners this process is."})
      .Add("listen", &JoinerConfig::listen, ListenAddress(),
           {.help =
                "Where partitioners connect (gRPC). There is no authentication yet: keep it inside a trusted network.",
            .default_words = "its address in cluster.joiners"})
      .Add("http_listen", &JoinerConfig::http_listen, ListenAddress(),
           {.help = "Where the page, /api/v1, /metrics, /livez and /readyz are served (HTTP)."})
      .Add("shards", &JoinerConfig::shards, CountBetween(0, 256),
           {.help = "Threads that join events; 0 means half as many as there are cores, one at least. May change at a "
                    "restart."})
      .Add("shutdown_grace", &JoinerConfig::shutdown_grace, DurationBetween(seconds(0), hours(1)),
           {.help = "After SIGTERM: how long events already taken may need to become durable before the process ends "
                    "anyway."});
}

void AddStorage(SettingTable<JoinerConfig>& table) {
  table
      .Add("data", &JoinerConfig::data, FolderText(),
           {.help =
                "The folder with the journal of this joiner, on a local disk; created when missing. One process at a "
                "time.",
            .default_words = "none, required"})
      .Add("durability", &JoinerConfig::durability,
           OneOf<Durability>({{"fsync", Durability::kFsync}, {"none", Durability::kNone}}),
           {.help = "fsync: an event is answered once it survives a power failure. none: once the operating system has "
                    "it, which survives the end of the process only."})
      .Add("accept_loss", &JoinerConfig::accept_loss, Switch(),
           {.help =
                "Serve although the data folder lacks events that were answered before, for example after a restored "
                "backup. Set it for one start, never for good."})
      .Add("memtable_bytes", &JoinerConfig::memtable_bytes, SizeBetween(64 * kKibibyte, 4 * kGibibyte),
           {.help = "Bytes of journal rows gathered in memory before they are written as a file. Larger: fewer, larger "
                    "files and more memory; a few of these exist at once."})
      .Add("file_write_rate", &JoinerConfig::file_write_rate, SizeBetween(8 * kMebibyte, 64 * kGibibyte),
           {.help = "Bytes per second at which those files are written and merged. Lower: less in the way of the fsync "
                    "that answers wait for; so low that they fall behind: answers wait for them instead."})
      .Add("stretch_rows", &JoinerConfig::stretch_rows, MultipleOf(4096, uint64_t{1} << 32),
           {.help = "Rows per unit of garbage collection, a multiple of 4096; no need to change it outside of tests."});
}

void AddBounds(SettingTable<JoinerConfig>& table) {
  table
      .Add("memory_max", &JoinerConfig::memory_max, SizeBetween(64 * kKibibyte, 16 * kTebibyte),
           {.help =
                "Bytes of open and remembered keys. At the bound events of new keys are answered RETRY_AFTER; nothing "
                "is forgotten early."})
      .Add(
          "ledger_bytes_max", &JoinerConfig::ledger_bytes_max, SizeBetween(64 * kKibibyte, kTebibyte),
          {.help = "Bytes of counts and histograms by time. At the bound the oldest minutes and hours go first; totals "
                   "stay."})
      .Add("disk_reserve", &JoinerConfig::disk_reserve, SizeBetween(0, kTebibyte),
           {.help = "Bytes that the disk of the data folder has to have left. Below, events of new keys are answered "
                    "RETRY_AFTER, until there is an eighth more; 0 switches it off."})
      .Add("expiry_hold_max", &JoinerConfig::expiry_hold_max, DurationBetween(seconds(1), hours(24)),
           {.help = "How long a partitioner that lags, or is gone, may hold back the expiry of keys."})
      .Add("stall_hold", &JoinerConfig::stall_hold, DurationBetween(seconds(0), minutes(10)),
           {.help = "How long the joiner clock stands still after a start or a stall, so that everything that waited "
                    "for it can arrive first."})
      .Add("skew_max", &JoinerConfig::skew_max, DurationBetween(seconds(0), hours(24)),
           {.help = "Events whose time is further ahead of this joiner's clock are refused."});
}

}  // namespace

std::vector<Setting> JoinerSettings() {
  SettingTable table(Section::kJoiner, &Config::joiner);
  AddServing(table);
  AddStorage(table);
  AddBounds(table);
  return table.Take();
}

}  // namespace oneway::process
