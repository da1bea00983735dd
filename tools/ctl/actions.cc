// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/actions.h"

#include "buoyant/base/assert.h"
#include "tools/ctl/run.h"
#include "tools/ctl/table.h"
#include "tools/ctl/words.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <sstream>

namespace buoyant::ctl {

namespace {

using Command = Options::Command;
using nlohmann::json;

constexpr int kExitRefused = 2;

std::string text(const json& object, const char* name) {
  const auto at = object.is_object() ? object.find(name) : object.end();
  const bool is_text = object.is_object() && at != object.end() && at->is_string();
  return is_text ? at->get<std::string>() : std::string();
}

std::uint64_t whole(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

/// "-" for none.
std::string text_of(std::uint64_t number) {
  return number == 0 ? "-" : std::to_string(number);
}

}  // namespace

std::string action_target(const Options& options) {
  const std::string id = "?id=" + std::to_string(options.id);
  switch (options.command) {
    case Command::kTransfer:
      return options.id == 0 ? "/transfer" : "/transfer?to=" + std::to_string(options.id);
    case Command::kSnapshot:
      return "/snapshot";
    case Command::kAdd:
      return "/members/add" + id + "&address=" + options.address +
             (options.is_learner ? "&learner=1" : "");
    case Command::kPromote:
      return "/members/promote" + id;
    case Command::kDemote:
      return "/members/demote" + id;
    case Command::kRemove:
      return "/members/remove" + id;
    case Command::kStatus:
    case Command::kMembers:
    case Command::kTrace:
      break;
  }
  BUOYANT_ASSERT(changes_something(options.command));
  return {};
}

Outcome outcome_of(const Answer& answer) {
  if (!answer.error.empty()) {
    return answer.was_sent ? Outcome{kExitUnknown, "it may be done, or not: " + answer.error}
                           : Outcome{kExitNobody, answer.error, true};
  }
  const json said = json::parse(answer.body, nullptr, false);
  constexpr long kOk = 200;
  if (answer.status == kOk && !text(said, "done").empty()) {
    return {kExitHealthy, printable(text(said, "done"))};
  }
  const std::string message = text(said, "message");
  const std::string why =
      message.empty() ? fmt::format("it answers {} to that", answer.status) : printable(message);
  if (text(said, "applied") == "unknown") {
    return {kExitUnknown, "it may be done, or not: " + why};
  }
  return {kExitRefused, why};
}

std::string trace_text(const std::string& json_lines, std::size_t count, bool is_json) {
  std::deque<std::string> lines;
  std::istringstream stream(json_lines);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(std::move(line));
    if (lines.size() > count) {
      lines.pop_front();
    }
  }
  if (is_json) {
    std::string all;
    for (const std::string& line : lines) {
      all += line + "\n";
    }
    return all;
  }
  Table table({"at", "term", "step", "peer", "index", "reason"});
  for (const std::string& line : lines) {
    const json step = json::parse(line, nullptr, false);
    if (!step.is_object()) {
      continue;
    }
    const auto at = step.find("at_ms");
    const double at_ms = at != step.end() && at->is_number() ? at->get<double>() : 0;
    constexpr double kSecond = 1000;
    table.add({{fmt::format("{:.3f} s", at_ms / kSecond), Colour::kNone, true},
               {text_of(whole(step, "term")), Colour::kNone, true},
               {printable(text(step, "step"))},
               {text_of(whole(step, "peer")), Colour::kNone, true},
               {text_of(whole(step, "index")), Colour::kNone, true},
               {printable(text(step, "reason"))}});
  }
  return table.text(false);
}

}  // namespace buoyant::ctl
