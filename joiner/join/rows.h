// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "joiner/join/closed_key.h"
#include "joiner/join/early_key.h"
#include "joiner/join/gathering_key.h"
#include "joiner/join/open_key.h"
#include "joiner/join/staged_key.h"
#include "joiner/join/uncommon.h"
#include "joiner/journal/row.h"

namespace oneway::join {

// The rows by which the journal keeps a key; restoring them gives the same key back. `applied_at` the joiner clock of
// the commit. The rows' key bytes are those of the arguments, or lie in `room`. The rows of a fan-out say when it
// last changed, not when they were written: a row that only moves must not make it settle anew.
journal::Row StartRow(const OpenKey& key, PackedKey::Room& room, const Uncommon& uncommon, Time applied_at);
journal::Row EndRow(const EarlyKey& key, const WaitingEnd& end, Time applied_at);
journal::Row GatheringRow(const GatheringKey& key);
journal::Row PartRow(const GatheringKey& key, const Part& part);
journal::Row StageRow(const hash::Fingerprint& fingerprint, flow::FlowId flow, const StageMark& mark, Time applied_at);
journal::Row DoneRow(const ClosedKey& key, const Uncommon& uncommon, Time applied_at);
// What a START or DONE row says besides what every such row says.
Uncommon UncommonOf(const journal::Row& row);

}  // namespace oneway::join
