// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/check.h"
#include "cli/overdue.h"
#include "cli/tail.h"
#include "cli/top.h"
#include "cli/verb.h"

namespace oneway::cli {

// The command lines of the verbs that look at flows while they happen. `options` outlive the parsing and the verb.
void AddOverdue(CLI::App& app, OverdueOptions& options, Verb& chosen);
void AddTail(CLI::App& app, TailOptions& options, Verb& chosen);
void AddTop(CLI::App& app, TopOptions& options, Verb& chosen);
void AddCheck(CLI::App& app, CheckOptions& options, Verb& chosen);

}  // namespace oneway::cli
