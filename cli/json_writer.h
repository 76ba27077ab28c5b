// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oneway::cli {

// Writes one line of JSON, member by member. The caller keeps the order of a document: every Begin has its End, and
// members of objects have names.
// Threading: external.
class JsonWriter {
 public:
  JsonWriter& BeginObject(std::string_view name = "") { return Begin(name, '{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray(std::string_view name) { return Begin(name, '['); }
  JsonWriter& EndArray() { return End(']'); }

  JsonWriter& Text(std::string_view name, std::string_view value);
  JsonWriter& Boolean(std::string_view name, bool value);
  JsonWriter& Count(std::string_view name, uint64_t value);
  JsonWriter& Signed(std::string_view name, int64_t value);
  // RFC 3339 in UTC; nothing at all for 0, which stands for a time that is not known.
  JsonWriter& UtcTime(std::string_view name, uint64_t unix_nanos);
  // With all the digits that tell a double from its neighbours; null when not finite.
  JsonWriter& Real(std::string_view name, double value);

  const std::string& text() const { return text_; }

 private:
  JsonWriter& Begin(std::string_view name, char bracket);
  JsonWriter& End(char bracket);
  // Comma, where one is due, and name.
  void Introduce(std::string_view name);
  void Quote(std::string_view value);

  std::string text_;
  bool is_first_ = true;  // of the object or array being written
};

}  // namespace oneway::cli
