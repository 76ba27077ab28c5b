// SPDX-License-Identifier: Apache-2.0
#include "common/observe/scrape.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace oneway::observe {
namespace {

// One of the types that a header lists: `text/plain;version=0.0.4;q=0.5`.
struct MediaRange {
  std::string type;  // in lower case
  bool is_metric_family = false;
  bool is_delimited = false;
  double weight = 1;
};

double WeightOf(std::string_view text) {
  double weight = 0;
  std::from_chars(text.data(), text.data() + text.size(), weight);
  return std::clamp(weight, 0.0, 1.0);
}

std::string_view Unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

MediaRange Parse(std::string_view text) {
  MediaRange range;
  bool is_first = true;
  for (const absl::string_view word : absl::StrSplit(absl::string_view(text.data(), text.size()), ';')) {
    const absl::string_view part = absl::StripAsciiWhitespace(word);
    if (is_first) range.type = absl::AsciiStrToLower(part);
    is_first = false;
    const std::pair<absl::string_view, absl::string_view> parameter = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(parameter.first));
    const absl::string_view stripped = absl::StripAsciiWhitespace(parameter.second);
    const std::string_view value = Unquoted({stripped.data(), stripped.size()});
    if (name == "proto") range.is_metric_family = value == "io.prometheus.client.MetricFamily";
    if (name == "encoding") range.is_delimited = value == "delimited";
    if (name == "q") range.weight = WeightOf(value);
  }
  return range;
}

}  // namespace

bool PrefersProtobuf(std::string_view accept) {
  double protobuf = 0;
  double text = 0;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(accept.data(), accept.size()), ',')) {
    const MediaRange range = Parse({part.data(), part.size()});
    const bool is_protobuf = range.type == "application/vnd.google.protobuf";
    if (is_protobuf && range.is_metric_family && range.is_delimited) protobuf = std::max(protobuf, range.weight);
    if (range.type == "text/plain") text = std::max(text, range.weight);
  }
  return protobuf > 0 && protobuf >= text;
}

HttpResponse AnswerScrape(const HttpRequest& request, const Exposition& exposition) {
  if (PrefersProtobuf(request.accept)) {
    return {.content_type = kProtobufContentType, .body = exposition.Protobuf()};
  }
  return {.content_type = kTextContentType, .body = exposition.Text()};
}

}  // namespace oneway::observe
