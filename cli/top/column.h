// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/top/snapshot.h"

namespace oneway::cli::top {

// What is shown of a flow, in this order. Threading: pure functions.
enum class Column : uint8_t {
  kFlow,
  kStarted,
  kMatched,
  kOpen,
  kOldest,
  kOverdue,
  kP50,
  kP99,
  kMax,
  kExpired,
};
inline constexpr size_t kColumns = 10;

// `started/s`
std::string_view TitleOf(Column column);
// `started`, as --sort takes it.
std::string_view NameOf(Column column);
std::vector<std::string> ColumnNames();
std::optional<Column> ColumnNamed(std::string_view name);

// The key that sorts by it.
char LetterOf(Column column);
std::optional<Column> ColumnOfLetter(char letter);
// The next one to the right, or to the left; at the edge the one at the other edge.
Column RightOf(Column column);
Column LeftOf(Column column);

// What stands in it; `-` where there is nothing to tell.
std::string TextOf(Column column, const Flow& flow);

// The flows in the order of a column: the largest first, of names the first of the alphabet; or, `reversed`, the other
// way round. A flow of which the column tells nothing is last either way; what is equal is in the order of names.
void SortBy(Column column, bool reversed, std::vector<Flow>& flows);

}  // namespace oneway::cli::top
