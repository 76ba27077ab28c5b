// SPDX-License-Identifier: Apache-2.0
//
// The rows of the dictionary, frozen by golden bytes. Integers and text: encoding.h.
//
//   key    := 'F' be32 flow | 'S' be32 series | 'L' be32 series
//   F      := version name retry_window horizon_floor    name a text; nanoseconds, the two zigzag
//   S, L   := version flow labels label*                 labels = their number
//   label  := name value                                 texts, ascending by name
//
// version is one byte; every other number is a varint.
#include "joiner/ledger/dictionary_rows.h"

#include "absl/strings/str_cat.h"
#include "common/event/event.h"
#include "joiner/ledger/encoding.h"

namespace oneway::ledger {
namespace {

constexpr char kVersion = 1;

absl::Status Broken(const char* what) {
  return absl::DataLossError(absl::StrCat("dictionary row: ", what));
}

absl::Status ReadVersion(Reader& reader) {
  const uint8_t version = reader.Byte();
  if (reader.failed()) return Broken("no version");
  if (version == kVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("dictionary row of version ", int{version}, "; this program knows ", int{kVersion}));
}

}  // namespace

std::string DictionaryKey(char kind, uint32_t id) {
  std::string key(1, kind);
  AppendBe32(id, key);
  return key;
}

std::string EncodeFlow(const FlowRow& flow) {
  std::string value(1, kVersion);
  AppendText(flow.name, value);
  AppendVarint(ZigZag(flow.retry_window.count()), value);
  AppendVarint(ZigZag(flow.horizon_floor.time_since_epoch().count()), value);
  return value;
}

absl::Status DecodeFlow(std::string_view value, FlowRow& flow) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  flow.name = std::string(reader.Text());
  flow.retry_window = Duration(UnZigZag(reader.Varint()));
  flow.horizon_floor = Time(Duration(UnZigZag(reader.Varint())));
  return reader.AtEnd() && !flow.name.empty() ? absl::OkStatus() : Broken("flow");
}

std::string EncodeSeries(flow::FlowId flow, const Labels& labels) {
  std::string value(1, kVersion);
  AppendVarint(static_cast<uint32_t>(flow), value);
  AppendVarint(labels.size(), value);
  for (const auto& [name, text] : labels) {
    AppendText(name, value);
    AppendText(text, value);
  }
  return value;
}

absl::Status DecodeSeries(std::string_view value, SeriesRow& series) {
  Reader reader(value);
  if (absl::Status status = ReadVersion(reader); !status.ok()) return status;
  series.flow = flow::FlowId(reader.Varint32());
  const uint64_t labels = reader.Varint();
  if (reader.failed() || labels > event::kLabelsMax) return Broken("labels");
  series.labels.clear();
  for (uint64_t i = 0; i < labels; ++i) {
    std::string name(reader.Text());
    series.labels.emplace_back(std::move(name), reader.Text());
  }
  return reader.AtEnd() ? absl::OkStatus() : Broken("series");
}

}  // namespace oneway::ledger
