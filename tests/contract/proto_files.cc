// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/proto_files.h"

#include <google/protobuf/descriptor.pb.h>

#include <fstream>
#include <stdexcept>

namespace oneway::contract {
namespace {

std::vector<const google::protobuf::FileDescriptor*> Load() {
  google::protobuf::FileDescriptorSet set;
  std::ifstream file(ONEWAY_PROTOSET, std::ios::binary);
  if (!file || !set.ParseFromIstream(&file)) throw std::runtime_error("cannot read " ONEWAY_PROTOSET);

  static google::protobuf::DescriptorPool pool;
  std::vector<const google::protobuf::FileDescriptor*> files;
  for (const google::protobuf::FileDescriptorProto& proto : set.file()) {
    const google::protobuf::FileDescriptor* built = pool.BuildFile(proto);  // imports stand before their users
    if (built == nullptr) throw std::runtime_error("cannot use " + proto.name());
    files.push_back(built);
  }
  return files;
}

}  // namespace

const std::vector<const google::protobuf::FileDescriptor*>& ProtoFiles() {
  static const auto* const files = new std::vector<const google::protobuf::FileDescriptor*>(Load());
  return *files;
}

}  // namespace oneway::contract
