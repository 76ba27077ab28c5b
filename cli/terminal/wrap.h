// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace oneway::cli::terminal {

// `text` in lines of at most `width` characters, broken at spaces; all but the first begin with `indent` spaces. A word
// that is longer stands in a line of its own. Threading: pure.
std::vector<std::string> Wrapped(const std::string& text, size_t width, size_t indent);

}  // namespace oneway::cli::terminal
