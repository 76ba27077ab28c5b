// SPDX-License-Identifier: Apache-2.0
#include "common/query/request_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/event/event.h"

namespace oneway::query {
namespace {

bool IsFlowCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

absl::Status CheckFlow(const std::string& flow) {
  const bool fits = !flow.empty() && flow.size() <= event::kFlowNameBytesMax &&
                    std::all_of(flow.begin(), flow.end(), IsFlowCharacter);
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("flow must be 1 to ", event::kFlowNameBytesMax, " of [a-z0-9._-]"));
}

}  // namespace

// Flows beyond the configured ones are counted under __other__, a name of the same characters.
absl::Status Check(const v1::StatsRequest& request) {
  return request.flow().empty() ? absl::OkStatus() : CheckFlow(request.flow());
}

absl::Status Check(const v1::KeyRequest& request) {
  if (absl::Status status = CheckFlow(request.flow()); !status.ok()) return status;
  if (request.key().empty() || request.key().size() > event::kKeyBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("key must be 1 to ", event::kKeyBytesMax, " bytes, not ", request.key().size()));
  }
  return absl::OkStatus();
}

}  // namespace oneway::query
