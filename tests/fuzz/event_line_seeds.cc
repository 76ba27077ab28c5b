// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/target.h"

namespace oneway::fuzz {

std::vector<Seed> Seeds() {
  return {
      {"start",
       R"({"flow": "push", "key": "k-1", "kind": "start", "time": "2026-03-01T14:00:00Z", "labels": {"region": "eu"}})"},
      {"end", R"({"flow": "push", "key": "k-1", "kind": "end", "time": 1772373600000000000})"},
      {"stage", R"({"flow": "push", "key": "k-1", "kind": "stage", "stage": "queued"})"},
      {"part", R"({"flow": "task", "key": "t-1", "kind": "part_ended", "part": "7"})"},
      {"completed", R"({"flow": "task", "key": "t-1", "kind": "completed", "expected": 12})"},
      {"offset", R"({"time": "2026-02-28 23:59:59.123456789+13:45", "kind": "start", "key": "\u00e9\n", "flow": "f"})"},
      {"lines",
       "{\"flow\": \"task\", \"key\": \"t-1\", \"kind\": \"part_started\", \"part\": \"7\"}\n\nnot JSON\n"
       "{\"flow\": \"task\", \"key\": \"t-1\", \"kind\": \"end\"}\n2026-03-01T14:00:00.25+01:00\nnow\n"},
  };
}

}  // namespace oneway::fuzz
