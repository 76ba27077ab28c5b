// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/observe/exposition.h"
#include "common/observe/http_message.h"

namespace oneway::observe {

// The two forms in which metrics are served, and the Content-Type of each.
inline constexpr const char* kTextContentType = "text/plain; version=0.0.4; charset=utf-8";
inline constexpr const char* kProtobufContentType =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

// Whether a scraper that sent this Accept header (RFC 9110) would rather have protobuf than text: it names the type
// with both parameters, and weighs it no less than text. Any other header, or none, means text. Threading: pure.
bool PrefersProtobuf(std::string_view accept);

// Answers a scrape in the form that it asks for.
HttpResponse AnswerScrape(const HttpRequest& request, const Exposition& exposition);

}  // namespace oneway::observe
