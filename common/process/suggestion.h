// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oneway::process {

// Letters to insert, remove, replace or swap with their neighbour to turn `from` into `to`.
size_t EditDistance(std::string_view from, std::string_view to);

// "; did you mean `retry_window`?" for the candidate that `word` most likely meant, or nothing when none is near.
// Goes at the end of an error message. Threading: pure.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace oneway::process
