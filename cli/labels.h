// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "cli/json_writer.h"
#include "oneway/v1/event.pb.h"

namespace oneway::cli {

// `region=eu app=push`; empty without labels. What is not text is escaped.
std::string ShownLabels(const google::protobuf::RepeatedPtrField<v1::Label>& labels);
// The same for programs: "labels":{"region":"eu"}.
void WriteLabels(const google::protobuf::RepeatedPtrField<v1::Label>& labels, JsonWriter& json);
// The key, or `#` and the beginning of its fingerprint where its flow hides its keys.
std::string ShownKey(const std::string& key, const std::string& fingerprint);

}  // namespace oneway::cli
