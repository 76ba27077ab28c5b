// SPDX-License-Identifier: Apache-2.0
#include "demo/id/new_id.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace oneway::demo {

std::string NewId() {
  return boost::uuids::to_string(boost::uuids::random_generator()());
}

}  // namespace oneway::demo
