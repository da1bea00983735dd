// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace buoyant::ctl {

std::string count_text(std::uint64_t count) {
  constexpr std::array kNames = {"million", "billion", "trillion"};
  constexpr double kMillion = 1e6;
  constexpr double kThousand = 1e3;
  // What would be rounded to 1000.0 is one of the next name.
  constexpr double kRounded = 999.95;
  double amount = static_cast<double>(count) / kMillion;
  if (amount < 1) {
    std::string text = std::to_string(count);
    return count < 1000 ? text : text.insert(text.size() - 3, ",");
  }
  std::size_t name = 0;
  for (; amount >= kRounded && name + 1 < kNames.size(); ++name) {
    amount /= kThousand;
  }
  return fmt::format("{:.1f} {}", amount, kNames[name]);
}

std::string duration_text(double milliseconds) {
  constexpr double kSecond = 1000;
  constexpr double kMinute = 60 * kSecond;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  if (milliseconds < kSecond) {
    return fmt::format("{:.{}f} ms", milliseconds, milliseconds < 10 ? 1 : 0);
  }
  if (milliseconds < kMinute) {
    return fmt::format("{:.1f} s", milliseconds / kSecond);
  }

  struct Unit {
    double milliseconds;
    const char* name;
  };

  constexpr std::array kUnits = {Unit{kDay, "day"}, Unit{kHour, "hour"}, Unit{kMinute, "minute"}};
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end() - 1, [&](const Unit& one) {
    return milliseconds >= 2 * one.milliseconds;
  });
  const double amount = std::floor(milliseconds / unit->milliseconds);
  return fmt::format("{:.0f} {}{}", amount, unit->name, amount == 1 ? "" : "s");
}

std::string servers_text(const std::vector<std::uint64_t>& ids) {
  std::string text = ids.size() == 1 ? "server " : "servers ";
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const bool is_last = at + 1 == ids.size();
    text += at == 0 ? "" : is_last ? " and " : ", ";
    text += std::to_string(ids[at]);
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string shown(text);
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; },
      '?');
  return shown;
}

}  // namespace buoyant::ctl
