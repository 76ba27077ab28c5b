// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/statusor.h"
#include "common/observe/http_message.h"
#include "oneway/v1/query.pb.h"

namespace oneway::api {

// Requests of Query from the parameters of HTTP requests; docs/http-api.md tells them. INVALID_ARGUMENT says which
// parameter to write in another way. What the values mean is checked by whoever answers.
// Threading: pure functions.

absl::StatusOr<v1::StatsRequest> StatsRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::KeyRequest> KeyRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::BalanceRequest> BalanceRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::TimelineRequest> TimelineRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::OverdueRequest> OverdueRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::SlowestRequest> SlowestRequestFrom(const observe::HttpRequest& request);
absl::StatusOr<v1::ClusterRequest> ClusterRequestFrom(const observe::HttpRequest& request);

// What a subscriber of the events wants.
struct EventsRequest {
  bool with_tail = false;
  v1::TailRequest tail;
};
absl::StatusOr<EventsRequest> EventsRequestFrom(const observe::HttpRequest& request);

}  // namespace oneway::api
