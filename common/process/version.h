// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace oneway::process {

// `0.1.0`.
std::string Version();
// The git revision that the program was built from, `-modified` when the tree was; `unknown` without git.
std::string Revision();
// The lines of --version: version, revision, build type, compiler, libraries, wire and disk formats.
std::string VersionText();

}  // namespace oneway::process
