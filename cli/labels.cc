// SPDX-License-Identifier: Apache-2.0
#include "cli/labels.h"

#include "cli/key_story.h"

namespace oneway::cli {
namespace {

constexpr size_t kFingerprintDigits = 12;  // enough to tell keys apart, and to search for

}  // namespace

std::string ShownLabels(const google::protobuf::RepeatedPtrField<v1::Label>& labels) {
  std::string text;
  for (const v1::Label& label : labels) {
    if (!text.empty()) text += ' ';
    text += ReadableId(label.name()) + "=" + ReadableId(label.value());
  }
  return text;
}

void WriteLabels(const google::protobuf::RepeatedPtrField<v1::Label>& labels, JsonWriter& json) {
  json.BeginObject("labels");
  for (const v1::Label& label : labels) json.Text(ReadableId(label.name()), ReadableId(label.value()));
  json.EndObject();
}

std::string ShownKey(const std::string& key, const std::string& fingerprint) {
  return key.empty() ? "#" + fingerprint.substr(0, kFingerprintDigits) : ReadableId(key);
}

}  // namespace oneway::cli
