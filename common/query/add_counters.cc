// SPDX-License-Identifier: Apache-2.0
#include "common/query/add_counters.h"

namespace oneway::query {

// By reflection, so that a counter that is added to the proto cannot be forgotten here.
void AddCounters(const v1::FlowCounters& counters, v1::FlowCounters& sum) {
  const google::protobuf::Descriptor* descriptor = v1::FlowCounters::descriptor();
  const google::protobuf::Reflection* reflection = v1::FlowCounters::GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = descriptor->field(i);
    reflection->SetUInt64(&sum, field, reflection->GetUInt64(sum, field) + reflection->GetUInt64(counters, field));
  }
}

}  // namespace oneway::query
