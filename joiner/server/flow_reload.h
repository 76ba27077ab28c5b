// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/process/reload.h"
#include "common/sync/mutex.h"
#include "common/time/clock.h"
#include "joiner/ledger/dictionary.h"
#include "joiner/shard/committer.h"

namespace oneway::server {

// Brings changed flows of the configuration into a joiner that runs: all of them, or none when anything is wrong.
//
// Flow: SIGHUP -> JoinerServer -> FlowReload -> Dictionary -> Registry, from where each shard takes its rules when it
// opens its next commit.
// Threading: Begin is owned by the server's io thread, figures is thread-safe.
// Ownership: `clock` outlives it. It outlives the committer, which may call it back.
class FlowReload {
 public:
  // `running`: what the process was started with. `read` reads it once more.
  FlowReload(process::Config running, process::ConfigReader read, const time::Clock& clock);

  // Reads the configuration and, if it is good, lets the committer take it over between two commits. Does not wait for
  // that. What came of it is told in the log and in figures().
  void Begin(shard::Committer& committer, ledger::Dictionary& dictionary);

  process::ReloadFigures figures() const;

 private:
  void TakeOver(const process::Loaded& loaded, const shard::Inspection& inspection, ledger::Dictionary& dictionary);
  void Fail(const std::string& problems);
  void Succeed();

  const process::Config running_;
  const process::ConfigReader read_;
  const time::Clock& clock_;
  mutable sync::Mutex mutex_;
  process::ReloadFigures figures_ ONEWAY_GUARDED_BY(mutex_);
};

}  // namespace oneway::server
