// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/contract/proto_files.h"

namespace oneway::contract {
namespace {

// Whether a comment with words in it stands above or behind the declaration.
template <typename Declared>
bool HasComment(const Declared& declared) {
  google::protobuf::SourceLocation location;
  if (!declared.GetSourceLocation(&location)) return false;
  const std::string text = location.leading_comments + location.trailing_comments;
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

// The full names of what has no comment, one a line.
class Uncommented {
 public:
  template <typename Declared>
  void Look(const Declared& declared) {
    if (!HasComment(declared)) names_ += declared.full_name() + "\n";
  }
  const std::string& names() const { return names_; }

 private:
  std::string names_;
};

TEST(ProtoCommentsTest, EveryMessageAndFieldHasOne) {
  Uncommented uncommented;
  for (const auto* file : ProtoFiles()) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const auto& message = *file->message_type(i);
      uncommented.Look(message);
      for (int j = 0; j < message.field_count(); ++j) uncommented.Look(*message.field(j));
    }
  }
  EXPECT_EQ(uncommented.names(), "");
}

TEST(ProtoCommentsTest, EveryEnumAndValueHasOne) {
  Uncommented uncommented;
  for (const auto* file : ProtoFiles()) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const auto& values = *file->enum_type(i);
      uncommented.Look(values);
      for (int j = 0; j < values.value_count(); ++j) uncommented.Look(*values.value(j));
    }
  }
  EXPECT_EQ(uncommented.names(), "");
}

TEST(ProtoCommentsTest, EveryServiceAndRpcHasOne) {
  Uncommented uncommented;
  for (const auto* file : ProtoFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      const auto& service = *file->service(i);
      uncommented.Look(service);
      for (int j = 0; j < service.method_count(); ++j) uncommented.Look(*service.method(j));
    }
  }
  EXPECT_EQ(uncommented.names(), "");
}

}  // namespace
}  // namespace oneway::contract
