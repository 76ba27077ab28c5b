// SPDX-License-Identifier: Apache-2.0
#include "cli/validate.h"

#include <ostream>

#include "common/process/config_file.h"

namespace oneway::cli {

Exit Validate(const ValidateOptions& options, Console& console) {
  const process::ConfigView view = process::CheckConfigFile(options.file);
  for (const std::string& problem : view.problems) console.out << problem << "\n";
  if (!view.problems.empty()) return Exit::kConfig;
  const size_t flows = view.config.flows.flows.size();
  console.out << options.file << ": ok, " << flows << (flows == 1 ? " flow" : " flows") << "\n";
  return Exit::kOk;
}

}  // namespace oneway::cli
