// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace oneway::page {

// `bytes` as gzip, as small as zlib makes it. Pure.
std::string Gzip(std::string_view bytes);

}  // namespace oneway::page
