// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "common/observe/http_server.h"

namespace oneway::page {

// Of all files together, as browsers fetch them.
inline constexpr size_t kGzipBytesMax = 80 * 1024;

// Adds the page for people: `/` and the files it is made of, from inside the binary. It runs no code and takes no style
// but its own (Content-Security-Policy), and speaks to nobody but the node it came from, through /api/v1.
void AddPageRoutes(observe::HttpServer& server);

}  // namespace oneway::page
