// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "bench/report/text.h"

#include <fmt/core.h>

#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <utility>

namespace buoyant::bench {

namespace {

/// 1.23, 12.3, 123; whole numbers without a point.
std::string digits_of(double value) {
  const double size = std::fabs(value);
  std::string text = fmt::format("{:.{}f}", value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
      text.pop_back();
    }
  }
  return text;
}

using Step = std::pair<double, const char*>;

/// In the largest unit that the value has one of.
template <std::size_t kSteps>
std::string scaled(double value, const std::array<Step, kSteps>& steps) {
  std::size_t at = 0;
  while (at + 1 < kSteps && std::fabs(value) >= 0.9995 * steps[at + 1].first) {
    ++at;
  }
  return digits_of(value / steps[at].first) + steps[at].second;
}

constexpr std::array<Step, 4> kPlainSteps = {{{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}}};
constexpr std::array<Step, 4> kTimeSteps = {{{1, " ns"}, {1e3, " us"}, {1e6, " ms"}, {1e9, " s"}}};
constexpr std::array<Step, 4> kByteSteps = {
    {{1, " B"}, {1024, " KiB"}, {1024.0 * 1024, " MiB"}, {1024.0 * 1024 * 1024, " GiB"}}};

bool is_number(const std::string& text) {
  return !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0);
}

}  // namespace

std::string text_of(double value, Unit unit) {
  switch (unit) {
    case Unit::kPlain:
      return scaled(value, kPlainSteps);
    case Unit::kMicroseconds:
      return scaled(value * 1e3, kTimeSteps);
    case Unit::kNanoseconds:
      return scaled(value, kTimeSteps);
    case Unit::kBytes:
      return scaled(value, kByteSteps);
    case Unit::kTimes:
      return digits_of(value) + "x";
    case Unit::kPercent:
      return fmt::format("{}%", value);
  }
  return {};
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string table_of(const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"scroll\"><table>\n";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const char* tag = row == 0 ? "th" : "td";
    html += "<tr>";
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      const bool has_numbers = rows.size() > 1 && is_number(rows[1][column]);
      html += fmt::format("<{}{}>{}</{}>", tag, has_numbers ? " class=\"n\"" : "",
                          rows[row][column], tag);
    }
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace buoyant::bench
