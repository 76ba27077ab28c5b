// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace oneway::journal {

// How far a flush of the journal is, compared with how full the memtables are that the next one will write.
//
// A flush that goes as fast as it can takes a core away from commits, for a third of the time. So it is spread over the
// commits that fill two memtables: a third one would be the next flush's last. Of what was committed since the flush
// before, it is taken to write the same share as that one did; the first, half.
//
// Threading: external. Pure: no clock, and it waits for nothing.
class FlushProgress {
 public:
  void Committed(uint64_t bytes) { committed_ += bytes; }
  void MemtableFilled();
  void Begin();
  void Wrote(uint64_t bytes) { wrote_ += bytes; }  // what is written between two flushes does not count
  void End();
  // Others wait for the flush: it is not to wait any longer.
  void Hurry() { hurries_ = true; }

  // Whether the flush has time to wait for more commits.
  bool IsAhead() const;

 private:
  static constexpr uint32_t kMemtablesMeanwhile = 2;

  uint64_t committed_ = 0;  // since the first commit, and so the next two
  uint64_t committed_at_begin_ = 0;
  uint64_t committed_when_filled_ = 0;
  uint64_t filled_bytes_ = 0;         // of commits that filled the last memtable
  uint64_t filled_bytes_before_ = 0;  // and the one before: one of the two may have been closed half full
  uint32_t filled_ = 0;               // memtables, since the flush began
  uint64_t covered_ = 0;              // bytes committed between the begin of the flush before and of this one
  uint64_t wrote_ = 0;                // this one
  double share_ = 0.5;                // that the flush before wrote of what it covered
  bool is_under_way_ = false;
  bool hurries_ = false;
};

}  // namespace oneway::journal
