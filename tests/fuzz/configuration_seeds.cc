// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/target.h"

namespace oneway::fuzz {

std::vector<Seed> Seeds() {
  return {
      {"cluster",
       "cluster:\n"
       "  seed: 7\n"
       "  joiners:\n"
       "    - {name: joiner-0, address: \"127.0.0.1:7200\"}\n"
       "    - {name: joiner-1, address: \"127.0.0.1:7210\"}\n"},
      {"processes",
       "partitioner: {listen: \"127.0.0.1:7100\", buffer_bytes_max: 64MiB, flush_interval: 2ms}\n"
       "joiner: {data: /var/lib/oneway, shards: 2, durability: fsync, memory_max: 4GiB, skew_max: 5m}\n"},
      {"flow-defaults",
       "flow_defaults:\n  ttl: 30s\n  retry_window: 1m\n  keys: hashed\n  objective: {under: 5s, target: 0.99}\n"},
      {"flows",
       "flows:\n"
       "  - name: push\n"
       "    ttl: 10m\n"
       "    late_window: 1h\n"
       "    labels: [region, app]\n"
       "    max_series: 20\n"
       "    ends: every\n"
       "    start: latest\n"
       "  - {name: task, shape: fanout, settle: 2s, arrival_grace: 5s}\n"},
  };
}

}  // namespace oneway::fuzz
