// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/observe/exposition.h"
#include "joiner/ledger/exemplars.h"

namespace oneway::report {

// As metrics show it: with the label `key`, or, where there is none that Prometheus would take, `fingerprint` (32
// hexadecimal digits).
observe::Exemplar ToObserved(const ledger::Exemplar& exemplar);

}  // namespace oneway::report
