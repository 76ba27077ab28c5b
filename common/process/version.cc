// SPDX-License-Identifier: Apache-2.0
#include "common/process/version.h"

#include "oneway_build.h"     // written when configuring: versions, build type
#include "oneway_revision.h"  // written when building, when the revision changed

namespace oneway::process {
namespace {

// Incompatible changes of what partitioners and joiners say to each other, and of what a data folder holds.
constexpr const char* kWireFormat = "1";
constexpr const char* kDiskFormat = "1";

}  // namespace

std::string Version() {
  return ONEWAY_VERSION;
}

std::string Revision() {
  return ONEWAY_REVISION;
}

std::string VersionText() {
  return "oneway " + Version() + "\nrevision: " + Revision() +
         "\nbuild: " ONEWAY_BUILD_TYPE ", " ONEWAY_COMPILER "\nlibraries: gRPC " ONEWAY_GRPC_VERSION
         ", protobuf " ONEWAY_PROTOBUF_VERSION ", RocksDB " ONEWAY_ROCKSDB_VERSION ", Boost " ONEWAY_BOOST_VERSION
         ", glog " ONEWAY_GLOG_VERSION "\nformats: wire " +
         kWireFormat + ", disk " + kDiskFormat + "\n";
}

}  // namespace oneway::process
