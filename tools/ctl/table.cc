// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/table.h"

#include "buoyant/base/assert.h"

#include <algorithm>
#include <utility>

namespace buoyant::ctl {

namespace {

const char* sign_of(Colour colour) {
  switch (colour) {
    case Colour::kGood:
      return "\033[32m";
    case Colour::kWarn:
      return "\033[33m";
    case Colour::kBad:
      return "\033[1;31m";
    case Colour::kDim:
      return "\033[2m";
    case Colour::kNone:
      break;
  }
  return "";
}

/// Characters, not bytes: what continues one does not count.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](unsigned char byte) { return (byte & 0xc0U) != 0x80U; }));
}

}  // namespace

std::string coloured(const std::string& text, Colour colour, bool has_colours) {
  return has_colours && colour != Colour::kNone ? sign_of(colour) + text + "\033[0m" : text;
}

Table::Table(std::vector<std::string> head) {
  std::vector<Cell> row;
  for (std::string& text : head) {
    row.push_back({std::move(text), Colour::kDim});
  }
  rows_.push_back(std::move(row));
}

void Table::add(std::vector<Cell> row) {
  BUOYANT_ASSERT(row.size() == rows_.front().size());
  rows_.push_back(std::move(row));
}

std::string Table::text(bool has_colours) const {
  std::vector<std::size_t> widths(rows_.front().size());
  std::vector<bool> is_number(widths.size());
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], width_of(row[at].text));
      is_number[at] = is_number[at] || row[at].is_number;
    }
  }
  std::string lines;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string gap(widths[at] - width_of(row[at].text), ' ');
      const std::string cell = coloured(row[at].text, row[at].colour, has_colours);
      line += (at == 0 ? "" : "  ") + (is_number[at] ? gap + cell : cell + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines += line + "\n";
  }
  return lines;
}

}  // namespace buoyant::ctl
