// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "joiner/journal/journal_store.h"
#include "joiner/report/local_query_parts.h"
#include "joiner/shard/inspect.h"

namespace oneway::report {

// For how long a query keeps the committer; one item, a flow or a point of a timeline, may take it longer.
inline constexpr auto kInspectionMax = std::chrono::milliseconds(5);

// What came of a question that was answered item by item.
template <typename Item>
struct Sliced {
  journal::Mark mark;  // All items are true as of this commit, or of a later one.
  std::vector<Item> items;
};

// Asks item_of(inspection, i) for each i below `items` on the committer's thread: as many in one inspection as go into
// kInspectionMax, the others after the next commits, so that a large answer does not hold up commits. Each item is true
// as of one commit. None: no commit within kAnswerWaitMax, or the joiner ends.
template <typename Item, typename ItemOf>
std::optional<Sliced<Item>> InspectInSlices(const LocalQueryParts& parts, size_t items, const ItemOf& item_of) {
  std::optional<Sliced<Item>> all;
  const auto give_up_at = std::chrono::steady_clock::now() + kAnswerWaitMax;
  do {
    const size_t first = all ? all->items.size() : 0;
    auto slice = shard::InspectAndWait(parts.committer, false, give_up_at - std::chrono::steady_clock::now(),
                                       [item_of, first, items](const shard::Inspection& inspection) {
                                         const auto ends_at = std::chrono::steady_clock::now() + kInspectionMax;
                                         Sliced<Item> taken{.mark = inspection.view.mark};
                                         for (size_t i = first; i < items; ++i) {
                                           taken.items.push_back(item_of(inspection, i));
                                           if (std::chrono::steady_clock::now() >= ends_at) break;
                                         }
                                         return taken;
                                       });
    if (!slice) return std::nullopt;
    if (!all) {
      all = std::move(slice);
    } else {
      all->items.insert(all->items.end(), std::make_move_iterator(slice->items.begin()),
                        std::make_move_iterator(slice->items.end()));
    }
  } while (all->items.size() < items);
  return all;
}

}  // namespace oneway::report
