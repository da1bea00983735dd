// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/screen.h"

#include "tools/common/describe.h"
#include "tools/ctl/table.h"
#include "tools/ctl/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace buoyant::ctl {

namespace {

using Servers = std::vector<ServerView>;

constexpr const char* kNothing = "-";

Colour colour_of(Severity severity) {
  switch (severity) {
    case Severity::kNote:
      return Colour::kDim;
    case Severity::kWarning:
      return Colour::kWarn;
    case Severity::kCritical:
      break;
  }
  return Colour::kBad;
}

Colour colour_of_role(const std::string& role) {
  if (role == "leader") {
    return Colour::kGood;
  }
  if (role == "faulted") {
    return Colour::kBad;
  }
  return role == "follower" ? Colour::kNone : Colour::kWarn;
}

/// How far a server is behind the leader, or nothing.
std::string behind_text(const Servers& servers, std::uint64_t id) {
  const ServerView* const leader = leader_of(servers);
  const PeerView* const peer = leader == nullptr ? nullptr : leader->peer(id);
  return peer != nullptr && peer->lag ? count_text(*peer->lag) : kNothing;
}

std::string time_text(double milliseconds) {
  return milliseconds > 0 ? duration_text(milliseconds) : kNothing;
}

std::vector<Table::Cell> row_of(const Servers& servers, const ServerView& server) {
  const auto number = [](std::string text) {
    return Table::Cell{std::move(text), Colour::kNone, true};
  };
  return {number(std::to_string(server.id)),
          {printable(server.role), colour_of_role(server.role)},
          number(std::to_string(server.term)),
          number(std::to_string(server.commit)),
          number(std::to_string(server.applied)),
          number(behind_text(servers, server.id)),
          number(time_text(server.storage.recent_write_ms)),
          number(server.write_p99_ms ? duration_text(*server.write_p99_ms) : kNothing),
          number(tools::text_of_bytes(server.rss)),
          number(tools::text_of_bytes(server.db)),
          {server.endpoint}};
}

std::vector<Table::Cell> row_of_silent(const std::string& id, const std::string& behind,
                                       const std::string& endpoint) {
  const Table::Cell nothing{kNothing, Colour::kDim, true};
  return {{id, Colour::kNone, true},
          {"no answer", Colour::kBad},
          nothing,
          nothing,
          nothing,
          {behind, Colour::kNone, true},
          nothing,
          nothing,
          nothing,
          nothing,
          {endpoint}};
}

std::string table_text(const Servers& servers, bool has_colours) {
  Table table({"server", "role", "term", "committed", "applied", "behind", "disk write",
               "99 of 100", "memory", "log", "status from"});
  std::multimap<std::uint64_t, std::vector<Table::Cell>> rows;
  for (const ServerView& server : servers) {
    if (server.is_there()) {
      rows.emplace(server.id, row_of(servers, server));
    }
  }
  for (const MemberView& member : members_of(servers)) {
    if (server_of(servers, member.id) == nullptr) {
      rows.emplace(member.id, row_of_silent(std::to_string(member.id),
                                            behind_text(servers, member.id), kNothing));
    }
  }
  for (auto& [id, row] : rows) {
    table.add(std::move(row));
  }
  for (const ServerView& server : servers) {
    if (!server.is_there()) {
      table.add(row_of_silent("?", kNothing, server.endpoint));
    }
  }
  return table.text(has_colours);
}

std::string head_text(const Servers& servers) {
  const auto known = std::find_if(servers.begin(), servers.end(),
                                  [](const ServerView& server) { return server.is_there(); });
  if (known == servers.end()) {
    return "no server answered";
  }
  const ServerView* const leader = leader_of(servers);
  const std::size_t members = members_of(servers).size();
  return fmt::format(
      "cluster {}: {} member{}, {}", printable(known->cluster), members, members == 1 ? "" : "s",
      leader == nullptr ? std::string("no leader")
                        : fmt::format("server {} leads in term {}", leader->id, leader->term));
}

}  // namespace

const char* health_name(const std::vector<Finding>& findings) noexcept {
  if (findings.empty() || findings.front().severity == Severity::kNote) {
    return "healthy";
  }
  return findings.front().severity == Severity::kCritical ? "critical" : "attention";
}

std::string status_text(const Servers& servers, const std::vector<Finding>& findings,
                        bool has_colours) {
  std::string text = head_text(servers) + "\n\n" + table_text(servers, has_colours) + "\n";
  if (findings.empty() || findings.front().severity == Severity::kNote) {
    text += coloured("nothing is wrong", Colour::kGood, has_colours) + "\n";
  }
  for (const Finding& finding : findings) {
    text += coloured(fmt::format("{:<9}", severity_name(finding.severity)),
                     colour_of(finding.severity), has_colours) +
            printable(finding.text) + "\n";
  }
  return text;
}

std::string members_text(const Servers& servers) {
  Table table({"server", "address", "votes", "role", "status from"});
  for (const MemberView& member : members_of(servers)) {
    const ServerView* const server = server_of(servers, member.id);
    table.add({{std::to_string(member.id), Colour::kNone, true},
               {printable(member.address)},
               {member.role == "voter" ? "yes" : "no"},
               {server == nullptr ? "no answer" : printable(server->role)},
               {server == nullptr ? kNothing : server->endpoint}});
  }
  return table.text(false);
}

std::string status_json(const Servers& servers, const std::vector<Finding>& findings) {
  using tools::Json;
  const ServerView* const leader = leader_of(servers);
  Json json = {{"health", health_name(findings)}, {"leader", nullptr}};
  if (leader != nullptr) {
    json["leader"] = leader->id;
  }
  json["servers"] = Json::array();
  for (const ServerView& server : servers) {
    json["servers"].push_back({{"endpoint", server.endpoint},
                               {"error", server.is_there() ? Json() : Json(server.error)},
                               {"status", server.is_there() ? Json::parse(server.json) : Json()}});
  }
  json["findings"] = Json::array();
  for (const Finding& finding : findings) {
    json["findings"].push_back({{"severity", severity_name(finding.severity)},
                                {"server", finding.server == 0 ? Json() : Json(finding.server)},
                                {"text", finding.text}});
  }
  return tools::dumped_in_line(json);
}

}  // namespace buoyant::ctl
