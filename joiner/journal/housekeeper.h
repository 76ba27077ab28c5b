// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "common/sync/mutex.h"
#include "common/time/time.h"
#include "joiner/journal/database.h"
#include "joiner/journal/file_keeper.h"
#include "joiner/journal/mark_file.h"
#include "joiner/journal/ttl_filter.h"

namespace oneway::journal {

// Lets go of what commits made garbage: tells the TTL filter how far floor and horizons are, and drops whole files
// below the floor; before that, it stores the commit's mark. Dropping files alone would bring old versions of rows back
// (a file of DONE rows above one of STARTs); it is sound because recovery never looks below a floor that is durable.
//
// The mark comes first because a commit may yet be lost, to a rotten bit or a disk that lies: then what it made garbage
// is still needed, and the joiner has to notice that the commit is missing rather than miss the rows.
//
// Flow: the store hands it the view of each commit; at most once an interval its own thread acts on the latest one,
// away from the commits. Threading: Committed is for one thread at a time. `database` outlives it.
class Housekeeper {
 public:
  struct Options {
    Duration interval{};                  // 0: no thread, Committed does the work
    bool sync_first = false;              // commits are not synced by themselves: sync the WAL before acting on one
    std::optional<MarkFile> mark_file{};  // none: no mark is stored
  };

  Housekeeper(Database& database, Options options);
  ~Housekeeper();

  // `view` is true of a commit that was written (and synced, unless Options::sync_first); `mark` is that commit's.
  void Committed(FilterView view, const Mark& mark = {});

 private:
  struct Work {
    FilterView view;
    Mark mark;
  };

  void Run();
  bool WaitForWork(Work& work) ONEWAY_REQUIRES(mutex_);
  void ActOn(const Work& work);
  absl::Status MakeSure(const Mark& mark);

  Database& database_;
  const Options options_;
  FileKeeper files_;  // this and the next: of the thread that acts
  Mark stored_mark_;

  sync::Mutex mutex_;
  sync::ConditionVariable changed_;   // is_new_ or stop_
  sync::ConditionVariable stopping_;  // stop_; apart, so that commits do not wake a thread that waits for its interval
  Work latest_ ONEWAY_GUARDED_BY(mutex_);
  bool is_new_ ONEWAY_GUARDED_BY(mutex_) = false;  // latest_ was not acted on
  bool stop_ ONEWAY_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // none if the interval is 0
};

}  // namespace oneway::journal
