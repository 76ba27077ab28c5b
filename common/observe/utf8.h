// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace oneway::observe {

// `text` with every byte that is not part of well-formed UTF-8 written as `\xHH`. Prometheus drops a whole scrape for
// one malformed label, and producers may put any bytes into theirs.
// Threading: pure.
std::string ToUtf8(std::string_view text);

}  // namespace oneway::observe
