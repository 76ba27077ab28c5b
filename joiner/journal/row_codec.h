// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "joiner/journal/row.h"

namespace oneway::journal {

// The bytes of a row's value. The grammar stands in row_codec.cc and is frozen by golden bytes in the tests.
// Threading: immutable (free functions).

// Longest key that a row can hold; longer is a bug of the caller and stops the process.
inline constexpr size_t kRowKeyBytesMax = 256;
// No encoded row is longer.
inline constexpr size_t kRowBytesMax = 408;

// Appends the value of `row` at `sequence` to `out`. Only what row.h says of the row's kind is stored.
void EncodeRow(Sequence sequence, const Row& row, std::string& out);

// The row that EncodeRow wrote for `sequence`; row.key points into `value`. DATA_LOSS says what is wrong with it:
// damaged, of another sequence, or of a newer format.
absl::StatusOr<Row> DecodeRow(Sequence sequence, std::string_view value);

// True when `value` claims to be a DONE row; says nothing of whether it is sound. For passing over the others cheaply.
bool LooksDone(std::string_view value);

}  // namespace oneway::journal
