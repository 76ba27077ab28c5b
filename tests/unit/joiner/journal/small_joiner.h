// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "joiner/journal/rocksdb_store.h"
#include "tests/support/journal/journal_driver.h"
#include "tests/support/journal/journal_rows.h"

namespace oneway::journal {

// A joiner in small, as far as the journal sees one: keys start and match, are remembered for a while and forgotten;
// rows that live on move out of all but the newest stretches, and the floor follows. Time is counted in keys, one a
// millisecond.
//
// It knows what must lie on disk: see live() and forgotten().
// Threading: external.
class SmallJoiner {
 public:
  // Opens a store; a failure stops the program. A matched key is remembered for `remember` after its start.
  SmallJoiner(RocksDbStore::Options options, Duration remember);

  void StartKeys(int keys);
  // Matches the oldest open keys but for the first `pinned`, until `open_max` are open.
  void MatchDownTo(size_t open_max, size_t pinned);
  // Forgets, relocates, moves clock, horizon and floor, and writes it all.
  void Commit();
  // As after kill -9 and a restart: what was not flushed comes from the WAL.
  void Crash();

  // Rows that must be on disk, by Render.
  const std::map<Sequence, std::string>& live() const { return live_; }
  // DONE rows at or above the floor that may be on disk: nobody needs them, but nothing had to remove them yet.
  const std::map<Sequence, std::string>& forgotten() const { return forgotten_; }
  // What the last Crash found.
  const std::map<Sequence, std::string>& restored() const { return driver_->rows(); }
  Sequence floor() const { return driver_->state().floor; }
  StoreFigures figures() const { return store_->Figures(); }

 private:
  struct Open {
    std::string key;
    Duration started_at;
  };
  struct Closed {
    std::string key;
    Duration started_at;
  };

  void Reopen();
  void Match(Sequence sequence);
  void Forget();
  void Relocate(Sequence below);
  Sequence MoveRow(Sequence from, const Row& row);
  Sequence OldestKept() const;

  const RocksDbStore::Options options_;
  const Duration remember_;
  std::unique_ptr<RocksDbStore> store_;
  std::unique_ptr<JournalDriver> driver_;
  Duration now_{};
  std::map<Sequence, Open> open_;
  std::map<Sequence, Closed> closed_;
  std::map<Sequence, std::string> live_;
  std::map<Sequence, std::string> forgotten_;
};

}  // namespace oneway::journal
