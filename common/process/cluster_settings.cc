// SPDX-License-Identifier: Apache-2.0
#include "common/process/setting.h"

namespace oneway::process {

std::vector<Setting> ClusterSettings() {
  SettingTable table(Section::kCluster, &Config::cluster);
  table
      .Add("seed", &ClusterConfig::seed, SeedNumber(),
           {.help = "Seed of the hash that spreads keys over joiners: 64 bits, decimal or 0x hexadecimal. The same in "
                    "every process, and fixed for the life of the data folders."})
      .Add("joiners", &ClusterConfig::joiners, JoinerList(),
           {.help =
                "All joiners of the cluster, in an order that never changes; each owns an equal share of the keys."});
  return table.Take();
}

}  // namespace oneway::process
