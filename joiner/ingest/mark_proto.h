// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "joiner/journal/mark.h"
#include "oneway/v1/forward.pb.h"

namespace oneway::ingest {

// Marks at the border between the journal and the wire.

inline void Fill(const journal::Mark& mark, oneway::v1::Mark& proto) {
  proto.set_run(static_cast<uint64_t>(mark.run));
  proto.set_commit(static_cast<uint64_t>(mark.commit));
}

inline journal::Mark MarkOf(const oneway::v1::Mark& proto) {
  return {.run = journal::RunId(proto.run()), .commit = journal::CommitNumber(proto.commit())};
}

}  // namespace oneway::ingest
