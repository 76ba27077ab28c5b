// SPDX-License-Identifier: Apache-2.0
#include "tests/durability/killing_store.h"

#include <glog/logging.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "joiner/journal/row_codec.h"

namespace oneway::test {

absl::Status KillingStore::Restore(const journal::RestoreVisitor& visitor) {
  journal::RestoreVisitor watching = visitor;
  watching.row_threads = 1;  // so that the same plan dies at the same row
  watching.on_rows = [&](const journal::RestoredRows& restored) {
    for (const journal::RestoredRow& row : restored.rows) {
      if (plan_.point == KillPoint::kInRecovery && --plan_.left == 0) return Die();
      rows_[row.sequence] = row.row.fingerprint;
    }
    return visitor.on_rows(restored);
  };
  return store_.Restore(watching);
}

absl::Status KillingStore::Commit(const journal::CommitBatch& batch) {
  if (plan_.died) return Die();
  const bool dies = IsAt(TraitsOf(batch)) && --plan_.left == 0;
  const bool writes =
      plan_.point == KillPoint::kBetweenWriteAndReply || (plan_.point != KillPoint::kBeforeWrite && plan_.after_write);
  if (dies && !writes) return Die();
  const absl::Status status = store_.Commit(batch);
  return dies && status.ok() ? Die() : status;
}

KillingStore::Traits KillingStore::TraitsOf(const journal::CommitBatch& batch) {
  Traits traits;
  std::vector<hash::Fingerprint> deleted;
  for (const journal::EncodedChanges* changes : batch.changes) {
    for (const journal::Sequence sequence : changes->deletes) {
      if (auto row = rows_.extract(sequence)) deleted.push_back(row.mapped());
    }
  }
  for (const journal::EncodedChanges* changes : batch.changes) {
    for (const journal::EncodedChanges::Put& put : changes->puts) {
      const auto row = journal::DecodeRow(put.sequence, std::string_view(changes->bytes).substr(put.offset, put.size));
      CHECK(row.ok()) << row.status();
      traits.expires = traits.expires || row->kind == journal::RowKind::kExpired;
      traits.relocates =
          traits.relocates || std::find(deleted.begin(), deleted.end(), row->fingerprint) != deleted.end();
      rows_[put.sequence] = row->fingerprint;
    }
  }
  traits.folds = std::any_of(batch.ledger.begin(), batch.ledger.end(),
                             [](const journal::LedgerRow& row) { return !row.value.has_value(); });
  return traits;
}

bool KillingStore::IsAt(const Traits& traits) const {
  switch (plan_.point) {
    case KillPoint::kBeforeWrite:
    case KillPoint::kBetweenWriteAndReply:
      return true;
    case KillPoint::kInRelocation:
      return traits.relocates;
    case KillPoint::kInExpiry:
      return traits.expires;
    case KillPoint::kInFold:
      return traits.folds;
    case KillPoint::kNone:
    case KillPoint::kInRecovery:
      return false;
  }
  return false;
}

absl::Status KillingStore::Die() {
  plan_.died = true;
  plan_.die();
  return absl::AbortedError("the process was killed here");
}

}  // namespace oneway::test
