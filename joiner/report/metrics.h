// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/observe/exposition.h"
#include "common/process/reload.h"
#include "common/time/clock.h"
#include "joiner/ingest/ingest_figures.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/report/disk_figures.h"
#include "joiner/shard/committer.h"
#include "joiner/shard/recovery_figures.h"

namespace oneway::report {

// Where a joiner's metrics come from.
struct MetricSources {
  const time::Clock& clock;
  const ledger::Dictionary& dictionary;
  shard::Committer& committer;
  ingest::IngestFigures ingest;
  shard::RecoveryFigures recovery;
  process::ReloadFigures reload{};
  DiskFigures disk{};
};

// Writes all metrics of a joiner as of its last durable commit; each family is described where it is written.
// False: no commit was possible within two seconds, and nothing was written. Waits for a commit, so not from the
// committer's thread.
bool WriteMetrics(const MetricSources& sources, observe::Exposition& exposition);

}  // namespace oneway::report
