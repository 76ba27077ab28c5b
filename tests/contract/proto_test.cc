// SPDX-License-Identifier: Apache-2.0
//
// Freezes the wire: names, numbers and types of everything in oneway.v1, against proto.golden beside this file.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tests/contract/proto_files.h"

namespace oneway::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Each line is complete in itself, so that the lines may be compared as a set.
using Lines = std::set<std::string>;

std::string TypeOf(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type_name();
}

void Render(const Descriptor& message, Lines& lines) {
  lines.insert("message " + message.full_name());
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    std::ostringstream line;
    line << "message " << message.full_name() << " field " << field.number() << ": ";
    if (field.is_repeated()) line << (field.is_packed() ? "packed repeated " : "repeated ");
    if (field.has_presence() && field.message_type() == nullptr) line << "optional ";
    line << TypeOf(field) << " " << field.name();
    lines.insert(line.str());
  }
}

void Render(const EnumDescriptor& values, Lines& lines) {
  for (int i = 0; i < values.value_count(); ++i) {
    lines.insert("enum " + values.full_name() + " value " + std::to_string(values.value(i)->number()) + ": " +
                 values.value(i)->name());
  }
}

void Render(const ServiceDescriptor& service, Lines& lines) {
  lines.insert("service " + service.full_name());
  for (int i = 0; i < service.method_count(); ++i) {
    const MethodDescriptor& method = *service.method(i);
    lines.insert("rpc " + method.full_name() + (method.client_streaming() ? " (stream " : " (") +
                 method.input_type()->full_name() + (method.server_streaming() ? ") returns (stream " : ") returns (") +
                 method.output_type()->full_name() + ")");
  }
}

Lines Render(const std::vector<const FileDescriptor*>& files) {
  Lines lines;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const Descriptor& message = *file->message_type(i);
      EXPECT_EQ(message.nested_type_count() + message.enum_type_count(), 0)
          << message.full_name() << ": nested types are not rendered; declare them at the top";
      Render(message, lines);
    }
    for (int i = 0; i < file->enum_type_count(); ++i) Render(*file->enum_type(i), lines);
    for (int i = 0; i < file->service_count(); ++i) Render(*file->service(i), lines);
  }
  return lines;
}

Lines ReadGolden() {
  std::ifstream file(ONEWAY_PROTO_GOLDEN);
  Lines lines;
  for (std::string line; std::getline(file, line);) lines.insert(line);
  return lines;
}

void WriteGolden(const Lines& lines) {
  std::ofstream file(ONEWAY_PROTO_GOLDEN);
  for (const std::string& line : lines) file << line << "\n";
  ASSERT_TRUE(file.good()) << ONEWAY_PROTO_GOLDEN;
}

std::string OnlyIn(const Lines& those, const Lines& others) {
  std::string text;
  for (const std::string& line : those) {
    if (!others.contains(line)) text += "  " + line + "\n";
  }
  return text;
}

TEST(ProtoTest, TheWireIsThatOfTheGoldenFile) {
  const Lines actual = Render(ProtoFiles());
  if (std::getenv("UPDATE_GOLDEN") != nullptr) WriteGolden(actual);

  const Lines golden = ReadGolden();
  EXPECT_EQ(OnlyIn(golden, actual), "")
      << "Removed or changed. Clients, peers and files on disk still speak this; give new things new numbers instead.";
  EXPECT_EQ(OnlyIn(actual, golden), "") << "Added. If nothing above was removed, accept it: UPDATE_GOLDEN=1 ctest -R "
                                           "'^proto_test$', and commit proto.golden.";
}

}  // namespace
}  // namespace oneway::contract
