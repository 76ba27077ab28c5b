// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "client/client.h"
#include "client/internal/record.h"

namespace oneway::client {

// The bytes of a record, for tests that start behind the queue.
inline std::string Record(std::string_view key, int64_t unix_nanos = 1000, std::string_view flow = "push",
                          EventOptions options = {}, event::Kind kind = event::Kind::kStart) {
  options.time = Time(std::chrono::nanoseconds(unix_nanos));
  std::string bytes(RecordBytes(flow, key, options), '\0');
  WriteRecord(kind, flow, key, options, bytes.data());
  return bytes;
}

}  // namespace oneway::client
