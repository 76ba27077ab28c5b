// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "rocksdb/memtablerep.h"

namespace oneway::journal {

// Memtables for rows whose keys are sequences: 8 bytes, big-endian, and so close together that the numbers within a
// memtable differ in few bits. A row is appended as it arrives, at the cost of a pointer; a full memtable is sorted
// once, for its flush, by those bits (radix sort, linear) instead of by comparing. RocksDB's own vector compares
// through two virtual calls, some twenty times a row. Keys of another length work too, and are compared.
//
// Nothing reads a journal's memtable while it is written: an iterator over one that is not full copies and sorts it,
// and a look-up of one key, DB::Get, is a bug that stops the process.
//
// Threading: as RocksDB asks of a memtable without concurrent inserts: one writer, beside it any number of readers.
class ArrivalMemtableFactory final : public rocksdb::MemTableRepFactory {
 public:
  class Sorter;  // in arrival_memtable.cc

  ArrivalMemtableFactory();

  const char* Name() const override { return "ArrivalMemtable"; }
  using MemTableRepFactory::CreateMemTableRep;
  rocksdb::MemTableRep* CreateMemTableRep(const rocksdb::MemTableRep::KeyComparator& compare,
                                          rocksdb::Allocator* allocator, const rocksdb::SliceTransform* prefixes,
                                          rocksdb::Logger* logger) override;

 private:
  const std::shared_ptr<Sorter> sorter_;  // shared with the memtables
};

}  // namespace oneway::journal
