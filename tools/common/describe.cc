// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/common/describe.h"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace buoyant::tools {

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string hex(std::uint64_t value) {
  std::array<char, 2 + 16 + 1> text{};
  std::snprintf(text.data(), text.size(), "0x%016" PRIx64, value);
  return text.data();
}

std::string text_of_bytes(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) {
    return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  }
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // What would be rounded to 1024.0 is one of the next unit.
  for (; amount >= 1023.95 && unit + 1 < kUnits.size(); ++unit) {
    amount /= 1024;
  }
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", amount, kUnits[unit]);
  return text.data();
}

std::string text_of(LogPosition position) {
  return "entry " + std::to_string(position.index.value()) + " of term " +
         std::to_string(position.term.value());
}

std::string text_of(const std::vector<Member>& members) {
  std::string text;
  for (const Member& member : members) {
    text += text.empty() ? "" : ", ";
    text += std::to_string(member.id.value()) + "=" + member.address;
    text += member.role == MemberRole::kLearner ? " (learner)" : "";
  }
  return text;
}

std::string text_of(const Configuration& configuration) {
  return text_of(configuration.members) +
         (configuration.is_joint() ? ", on the way from " + text_of(configuration.outgoing) : "");
}

Json json_of(LogPosition position) {
  return {{"term", position.term.value()}, {"index", position.index.value()}};
}

Json json_of(const std::vector<Member>& members) {
  Json list = Json::array();
  for (const Member& member : members) {
    list.push_back({{"id", member.id.value()},
                    {"address", member.address},
                    {"role", member.role == MemberRole::kVoter ? "voter" : "learner"}});
  }
  return list;
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string dumped_in_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace buoyant::tools
