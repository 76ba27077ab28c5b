// SPDX-License-Identifier: Apache-2.0
#include "joiner/journal/encoded_changes.h"

#include "joiner/journal/row_codec.h"

namespace oneway::journal {

void Encode(const Changes& changes, EncodedChanges& encoded) {
  changes.Visit(
      [&encoded](Sequence sequence, const Row& row) {
        const size_t offset = encoded.bytes.size();
        EncodeRow(sequence, row, encoded.bytes);
        const size_t size = encoded.bytes.size() - offset;
        encoded.puts.push_back({sequence, static_cast<uint32_t>(offset), static_cast<uint32_t>(size)});
      },
      [&encoded](Sequence sequence) { encoded.deletes.push_back(sequence); });
}

}  // namespace oneway::journal
