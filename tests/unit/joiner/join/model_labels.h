// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace oneway::join {

// Labels as the reference models know them.
using ModelLabels = std::map<std::string, std::string>;

// Those of `labels` that a flow with the list `allowed` takes.
inline ModelLabels Allowed(ModelLabels labels, const std::vector<std::string>& allowed) {
  std::erase_if(labels, [&](const auto& label) {
    return std::find(allowed.begin(), allowed.end(), label.first) == allowed.end();
  });
  return labels;
}

// The labels of a start, and those of an end whose names it lacks.
inline ModelLabels Completed(ModelLabels start, const ModelLabels& end) {
  start.insert(end.begin(), end.end());
  return start;
}

// "os=a zone=b".
template <typename Labels>
std::string TextOf(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) absl::StrAppend(&text, text.empty() ? "" : " ", name, "=", value);
  return text;
}

// The series of a stage.
inline ModelLabels StageLabels(const std::string& stage) {
  return {{"__stage__", stage}};
}

}  // namespace oneway::join
