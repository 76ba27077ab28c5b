// SPDX-License-Identifier: Apache-2.0
#include "cli/top/view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

namespace oneway::cli::top {

using terminal::Key;

View::View(Options options) : options_(std::move(options)) {
  options_.filter.resize(std::min(options_.filter.size(), kFilterBytesMax));
}

Wish View::Press(const Key& key, Extent extent) {
  if (key.kind == Key::Kind::kInterrupt) return Wish::kQuit;
  if (key.kind == Key::Kind::kSuspend) return Wish::kSuspend;
  if (key.kind == Key::Kind::kRedraw) return Wish::kRedrawAll;
  if (typing_) {
    Type(key);
    return Wish::kNothing;
  }
  const bool was_helping = std::exchange(helping_, false);
  if (key.kind == Key::Kind::kCharacter) {
    if (was_helping && key.character == '?') return Wish::kNothing;
    return PressCharacter(key.character);
  }
  if (key.kind == Key::Kind::kEscape && !was_helping) Filter("");
  Scroll(key, extent);
  return Wish::kNothing;
}

std::vector<Flow> View::Shown(const Snapshot& snapshot) const {
  std::vector<Flow> shown;
  const std::string filter = absl::AsciiStrToLower(options_.filter);  // names are of lower case
  for (const Flow& flow : snapshot.flows) {
    if (flow.name.find(filter) != std::string::npos) shown.push_back(flow);
  }
  SortBy(options_.sort, options_.reversed, shown);
  return shown;
}

size_t View::First(Extent extent) const {
  return std::min(first_, extent.flows - std::min(extent.flows, extent.fitting));
}

void View::Type(const Key& key) {
  switch (key.kind) {
    case Key::Kind::kCharacter:
      if (options_.filter.size() < kFilterBytesMax) Filter(options_.filter + key.character);
      break;
    case Key::Kind::kBackspace:
      if (!options_.filter.empty()) Filter(options_.filter.substr(0, options_.filter.size() - 1));
      break;
    case Key::Kind::kClearLine:
      Filter("");
      break;
    case Key::Kind::kEscape:
      Filter(filter_before_);
      typing_ = false;
      break;
    case Key::Kind::kEnter:
      typing_ = false;
      break;
    default:
      break;
  }
}

Wish View::PressCharacter(char character) {
  switch (character) {
    case 'q':
      return Wish::kQuit;
    case 'w':
      options_.window = NextOf(options_.window);
      return Wish::kLook;
    case 'r':
      options_.reversed = !options_.reversed;
      first_ = 0;
      break;
    case '/':
      typing_ = true;
      filter_before_ = options_.filter;
      break;
    case '?':
      helping_ = true;
      break;
    case '>':
      Sort(RightOf(options_.sort));
      break;
    case '<':
      Sort(LeftOf(options_.sort));
      break;
    default:
      if (const auto column = ColumnOfLetter(character)) Sort(*column);
  }
  return Wish::kNothing;
}

void View::Sort(Column column) {
  options_.sort = column;
  options_.reversed = false;
  first_ = 0;
}

// What was on the screen may be anywhere now: people look from the start again.
void View::Filter(std::string filter) {
  options_.filter = std::move(filter);
  first_ = 0;
}

void View::Scroll(const Key& key, Extent extent) {
  const size_t page = std::max<size_t>(extent.fitting, 1);
  first_ = First(extent);
  switch (key.kind) {
    case Key::Kind::kUp:
      first_ -= std::min<size_t>(first_, 1);
      break;
    case Key::Kind::kDown:
      ++first_;
      break;
    case Key::Kind::kPageUp:
      first_ -= std::min(first_, page);
      break;
    case Key::Kind::kPageDown:
      first_ += page;
      break;
    case Key::Kind::kHome:
      first_ = 0;
      break;
    case Key::Kind::kEnd:
      first_ = extent.flows;
      break;
    default:
      break;
  }
  first_ = First(extent);
}

}  // namespace oneway::cli::top
