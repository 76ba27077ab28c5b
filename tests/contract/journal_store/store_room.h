// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "joiner/journal/journal_store.h"

namespace oneway::journal {

// Where the contract suite keeps its data: named folders in which it opens one store at a time.
class StoreRoom {
 public:
  virtual ~StoreRoom() = default;
  // A store on `folder`, which is created if it is new.
  virtual std::unique_ptr<JournalStore> Open(const std::string& folder) = 0;
  // Makes `to` a copy of `from` as a backup would; no store is open on either.
  virtual void Copy(const std::string& from, const std::string& to) = 0;
};

std::unique_ptr<StoreRoom> MakeRocksDbRoom();
std::unique_ptr<StoreRoom> MakeMemoryRoom();

}  // namespace oneway::journal
