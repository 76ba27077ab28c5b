// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client/client.h"

namespace oneway::client {

// Which option is out of its bounds, as a sentence; empty when none is.
std::string WhatIsWrongWith(const Options& options);

}  // namespace oneway::client
