// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/descriptor.h>

#include <vector>

namespace oneway::contract {

// All proto files of oneway.v1 with their comments, as protoc described them at build time. Never freed. Throws when
// they cannot be read.
const std::vector<const google::protobuf::FileDescriptor*>& ProtoFiles();

}  // namespace oneway::contract
