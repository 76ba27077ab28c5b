// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"

namespace oneway::cli::terminal {

// A line of text whose parts may have colours. A value.
class Line {
 public:
  Line() = default;
  Line(std::string text, std::optional<Colour> colour = std::nullopt) { Add(std::move(text), colour); }  // NOLINT: text

  Line& Add(std::string text, std::optional<Colour> colour = std::nullopt);

  // Without colours, whole.
  std::string Plain() const;
  // At most `width` characters, with colours where `console` has them.
  std::string Shown(size_t width, const Console& console) const;

 private:
  struct Part {
    std::string text;
    std::optional<Colour> colour;
  };
  std::vector<Part> parts_;
};

}  // namespace oneway::cli::terminal
