// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/demo/picture.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace demo {

namespace {

constexpr const char* kBold = "1";
constexpr const char* kDim = "2";
constexpr const char* kRed = "1;31";
constexpr const char* kGreen = "1;32";
constexpr const char* kYellow = "33";

/// Text that is padded to a width before it is coloured: colours have no columns.
std::string cell(const std::string& text, int width, const char* colour, bool has_colour) {
  std::array<char, 64> padded{};
  std::snprintf(padded.data(), padded.size(), "%*s", width, text.c_str());
  if (!has_colour || colour == nullptr) {
    return padded.data();
  }
  return std::string("\x1b[") + colour + "m" + padded.data() + "\x1b[0m";
}

std::string decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

const char* colour_of(const Row& row) {
  if (!row.is_running || row.role == "faulted") {
    return kRed;
  }
  if (row.role == "leader") {
    return kGreen;
  }
  return row.role == "candidate" ? kYellow : nullptr;
}

std::string draw_row(const Row& row, bool has_colour) {
  const std::string role = !row.is_running ? "killed" : row.role.empty() ? "starting" : row.role;
  const bool is_known = row.is_running && !row.role.empty();
  const auto number = [&](const std::string& text, int width) {
    return cell(is_known ? text : "-", width, is_known ? nullptr : kDim, has_colour);
  };
  return "  " + cell(std::to_string(row.id), -6, kBold, has_colour) +
         cell(std::to_string(row.port), 6, nullptr, has_colour) + "  " +
         cell(role, -10, colour_of(row), has_colour) + number(std::to_string(row.term), 5) +
         number(grouped(row.commit), 9) + number(grouped(row.applied), 9) +
         number(grouped(static_cast<std::uint64_t>(row.lines_per_second)), 9) +
         number(decimal(row.p50_ms), 9) + number(decimal(row.p99_ms), 9);
}

std::string draw_bar(const Picture& picture, bool has_colour) {
  constexpr std::uint64_t kWidth = 40;
  const std::uint64_t all = std::max<std::uint64_t>(picture.lines, 1);
  const auto filled = std::min(kWidth, picture.acknowledged * kWidth / all);
  std::string bar;
  for (std::uint64_t column = 0; column < kWidth; ++column) {
    bar += column < filled ? "\u2588" : "\u2591";
  }
  return "  " + (has_colour ? "\x1b[32m" + bar + "\x1b[0m" : bar) + "  " +
         grouped(picture.acknowledged) + " of " + grouped(picture.lines) + " lines echoed";
}

}  // namespace

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) {
      text += ',';
    }
    text += digits[at];
  }
  return text;
}

std::vector<std::string> draw(const Picture& picture, bool has_colour) {
  std::vector<std::string> lines;
  lines.emplace_back();
  lines.push_back(cell("  buoyant", -11, kBold, has_colour) +
                  "three echo servers on 127.0.0.1, one replicated log" +
                  cell(decimal(picture.seconds) + " s", 15, kDim, has_colour));
  lines.emplace_back();
  const std::string head =
      "  server  port  role       term   commit  applied  lines/s   p50 ms   p99 ms";
  lines.push_back(has_colour ? std::string("\x1b[") + kDim + "m" + head + "\x1b[0m" : head);
  for (const Row& row : picture.rows) {
    lines.push_back(draw_row(row, has_colour));
  }
  lines.emplace_back();
  lines.push_back(draw_bar(picture, has_colour));
  lines.push_back("  " + grouped(picture.unknown) + " with unknown outcome, " +
                  grouped(picture.retries) + " times refused and sent again");
  lines.emplace_back();
  for (const std::string& event : picture.events) {
    lines.push_back("  " + event);
  }
  return lines;
}

}  // namespace demo
