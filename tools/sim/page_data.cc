// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The data of a page. Each event is a row: nanoseconds since the one before, kind, server, detail
/// (0: none, or of a receipt that of its sending), numbers. Of a frame these are peer, type, the
/// event of its other end (-1: none), and whether it was lost or received before.

#include "tools/sim/messages.h"
#include "tools/sim/page.h"

#include <nlohmann/json.hpp>

#include <cinttypes>
#include <cstdio>
#include <map>

namespace buoyant::sim_tool {

namespace {

using nlohmann::ordered_json;
using simulation::TraceEvent;

std::string dump(const ordered_json& json) {
  // Keys of users may hold any bytes.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

class Rows {
 public:
  /// Requires: `fate` only of frames.
  void add(const TraceEvent& event, const Fate* fate) {
    const std::int64_t at = event.at.since_start().count();
    ordered_json row = {at - last_, kind_of(event.what), event.server.value()};
    last_ = at;
    if (fate != nullptr) {
      add_frame(row, event, *fate);
    } else {
      row.push_back(event.detail.empty() ? ordered_json(0) : ordered_json(event.detail));
      const std::size_t checksums = has_checksum(event.what) ? 1 : 0;
      for (std::size_t i = 0; i + checksums < event.numbers.size(); ++i) {
        row.push_back(event.numbers[i]);
      }
    }
    text_ += text_.empty() ? "" : ",\n";
    text_ += dump(row);
  }

  [[nodiscard]] std::string take() {
    last_ = 0;
    return std::exchange(text_, {});
  }

  [[nodiscard]] ordered_json kinds() const {
    ordered_json names = ordered_json::array();
    for (const auto& [name, number] : kinds_) {
      names[number] = name;
    }
    return names;
  }

 private:
  std::size_t kind_of(const char* what) {
    return kinds_.try_emplace(what, kinds_.size()).first->second;
  }

  /// As its last number: 64 bits, which no page can count in.
  static bool has_checksum(std::string_view what) {
    return what == "entry" || what == "apply" || what == "lose" || what == "repeat" ||
           what == "delay";
  }

  static void add_frame(ordered_json& row, const TraceEvent& event, const Fate& fate) {
    const bool is_receipt = std::string_view(event.what) == "receive";
    const std::string text = event.detail.substr(event.detail.find(": ") + 2);
    row.push_back(is_receipt && fate.other ? ordered_json(0) : ordered_json(text));
    row.push_back(event.numbers.at(0));
    row.push_back(event.numbers.at(2));
    row.push_back(fate.other ? static_cast<std::int64_t>(*fate.other) : -1);
    row.push_back(fate.is_lost_or_again ? 1 : 0);
  }

  std::map<std::string, std::size_t> kinds_;
  std::int64_t last_ = 0;
  std::string text_;
};

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016" PRIx64, number);
  return text;
}

ordered_json facts_of(const Recording& recording, const PageRun& run) {
  const simulation::Report& report = run.report;
  const simulation::Plan& plan = report.plan;
  ordered_json facts = {
      // As text: a page cannot count that far.
      {"seed", std::to_string(plan.seed)},
      {"hash", hex(report.hash)},
      {"commit", run.commit},
      {"command", report.command()},
      {"shrunk", run.is_shrunk},
      {"servers", plan.servers},
      {"spares", plan.faults.has(simulation::Fault::kMembership) ? plan.spares : 0},
      {"clients", plan.clients},
      {"election_timeout", plan.election_timeout.count()},
      {"heartbeat_interval", plan.heartbeat_interval.count()},
      {"simulated", report.totals.simulated.count()},
      {"dropped", recording.dropped()},
      {"faults", ordered_json::array()},
      {"violation", nullptr}};
  for (const simulation::Fault fault : plan.faults.list()) {
    facts["faults"].push_back({simulation::fault_name(fault), simulation::fault_sentence(fault)});
  }
  if (report.violation) {
    facts["violation"] = {{"check", report.violation->check},
                          {"text", report.violation->text},
                          {"at", report.violation->at.since_start().count()}};
  }
  return facts;
}

/// In JSON it only stands in texts, where it may be written so. No end of an element and no
/// beginning of a comment is left.
std::string without_less_than(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char character : json) {
    if (character == '<') {
      text += "\\u003c";
    } else {
      text += character;
    }
  }
  return text;
}

}  // namespace

std::string page_data(const Recording& recording, const PageRun& run) {
  const std::vector<Fate> fates = match_messages(recording.events());
  Rows rows;
  for (const TraceEvent& event : recording.before()) {
    rows.add(event, nullptr);
  }
  const std::string before = rows.take();
  for (std::size_t i = 0; i < fates.size(); ++i) {
    const TraceEvent& event = recording.events()[i];
    const std::string_view what = event.what;
    rows.add(event, what == "send" || what == "receive" ? &fates[i] : nullptr);
  }
  const std::string events = rows.take();
  return without_less_than("{\"run\":" + dump(facts_of(recording, run)) +
                           ",\n\"kinds\":" + dump(rows.kinds()) + ",\n\"before\":[" + before +
                           "],\n\"events\":[" + events + "]}");
}

}  // namespace buoyant::sim_tool
