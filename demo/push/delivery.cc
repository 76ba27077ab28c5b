// SPDX-License-Identifier: Apache-2.0
#include "demo/push/delivery.h"

namespace oneway::demo::push {

http::Post Delivery::ToPost() const {
  return {.target = std::string(kPath) + "?flow=" + std::string(NameOf(flow)) + "&id=" + id + "&to=" + to,
          .body = text};
}

std::optional<Delivery> Delivery::Of(const http::Request& request) {
  const auto flow_name = request.Word("flow");
  const auto flow = flow_name.has_value() ? FlowOf(*flow_name) : std::nullopt;
  auto id = request.Word("id");
  auto to = request.Word("to");
  if (!flow.has_value() || !id.has_value() || !to.has_value()) return std::nullopt;
  return Delivery{.flow = *flow, .id = std::move(*id), .to = std::move(*to), .text = std::string(request.body)};
}

}  // namespace oneway::demo::push
