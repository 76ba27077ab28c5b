// SPDX-License-Identifier: Apache-2.0
#include "common/process/setting.h"

namespace oneway::process {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

std::vector<Setting> PartitionerSettings() {
  SettingTable table(Section::kPartitioner, &Config::partitioner);
  table
      .Add("name", &PartitionerConfig::name, NameText(),
           {.help = "Name of this partitioner, different for each of them.",
            .default_words = "host name and process id"})
      .Add(
          "listen", &PartitionerConfig::listen, ListenAddress(),
          {.help = "Where clients send events and ask queries (gRPC). There is no authentication yet: keep it inside a "
                   "trusted network."})
      .Add("http_listen", &PartitionerConfig::http_listen, ListenAddress(),
           {.help = "Where the page, /api/v1, /metrics, /livez and /readyz are served (HTTP)."})
      .Add("buffer_bytes_max", &PartitionerConfig::buffer_bytes_max, SizeBetween(uint64_t{1} << 20, uint64_t{64} << 30),
           {.help = "Bytes of events that wait for joiners. One joiner takes at most a quarter of it; beyond that its "
                    "events are answered RETRY_AFTER while those of others flow."})
      .Add("flush_interval", &PartitionerConfig::flush_interval, DurationBetween(microseconds(100), seconds(1)),
           {.help =
                "How long an event may wait for others to travel with to its joiner. Longer: fewer and larger frames."})
      .Add("client_streams_max", &PartitionerConfig::client_streams_max, CountBetween(1, 65535),
           {.help = "Streams of clients served at once; further ones are refused."})
      .Add("shutdown_grace", &PartitionerConfig::shutdown_grace, DurationBetween(seconds(0), hours(1)),
           {.help = "After SIGTERM: how long events already taken may need to settle before the process ends anyway."});
  return table.Take();
}

}  // namespace oneway::process
