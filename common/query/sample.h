// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace oneway::query {

// Keeps at most `size` of the items that it is offered, each with the same chance, in the order of offering where all
// fit, and counts the others. (Vitter's algorithm R.)
// Threading: external. Pure but for the chance.
template <typename Item>
class Sample {
 public:
  explicit Sample(size_t size) : size_(size) {}

  // Calls make() for an item that is kept, for now.
  template <typename Make>
  void Offer(Make make) {
    ++offered_;
    if (items_.size() < size_) {
      items_.push_back(make());
    } else if (const uint64_t place = random_() % offered_; place < size_) {
      items_[place] = make();
    }
  }
  // Some that were left out before they came here.
  void AddPassedOver(uint64_t count) { passed_over_ += count; }

  bool empty() const { return offered_ == 0 && passed_over_ == 0; }
  size_t kept() const { return items_.size(); }
  uint64_t passed_over() const { return passed_over_ + offered_ - items_.size(); }
  // Those that were kept; it begins anew then, with room for `size`.
  std::vector<Item> Take(size_t size) {
    size_ = size;
    offered_ = 0;
    passed_over_ = 0;
    return std::exchange(items_, {});
  }

 private:
  size_t size_;
  std::vector<Item> items_;
  uint64_t offered_ = 0;
  uint64_t passed_over_ = 0;
  std::minstd_rand random_;
};

}  // namespace oneway::query
