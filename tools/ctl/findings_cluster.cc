// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/findings.h"
#include "tools/ctl/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace buoyant::ctl {

namespace {

using Servers = std::vector<ServerView>;
using Findings = std::vector<Finding>;

/// A disk that has been at a write for so long cannot vote (NodeOptions::disk_stall_limit).
constexpr double kStalledMs = 3000;

std::vector<std::uint64_t> voters_of(const Servers& servers) {
  std::vector<std::uint64_t> voters;
  for (const MemberView& member : members_of(servers)) {
    if (member.role == "voter") {
      voters.push_back(member.id);
    }
  }
  return voters;
}

std::string list_of(const std::vector<MemberView>& members) {
  std::string text;
  for (const MemberView& member : members) {
    text += (text.empty() ? "" : ", ") + std::to_string(member.id);
    text += member.role == "learner" ? " (learner)" : "";
  }
  return text;
}

/// The ids of servers by what they say; who did not answer says nothing.
template <typename Say>
std::map<std::string, std::vector<std::uint64_t>> by(const Servers& servers, const Say& say) {
  std::map<std::string, std::vector<std::uint64_t>> groups;
  for (const ServerView& server : servers) {
    if (server.is_there()) {
      groups[say(server)].push_back(server.id);
    }
  }
  return groups;
}

/// "servers 1 and 2: a, server 3: b"
std::string text_of(const std::map<std::string, std::vector<std::uint64_t>>& groups) {
  std::string text;
  for (const auto& [what, ids] : groups) {
    text += (text.empty() ? "" : "; ") + servers_text(ids) + ": " + what;
  }
  return text;
}

/// Those that did not answer, and why; with what the leader knows of the only one that may be
/// meant.
void add_silent(const Servers& servers, Findings& findings) {
  for (const ServerView& server : servers) {
    if (!server.is_there()) {
      findings.push_back({Severity::kWarning, 0,
                          fmt::format("{} is not reached: {}", server.endpoint, server.error)});
    }
  }
  const std::vector<MemberView> members = members_of(servers);
  const ServerView* const leader = leader_of(servers);
  for (const MemberView& member : members) {
    if (server_of(servers, member.id) != nullptr) {
      continue;
    }
    const PeerView* const peer = leader == nullptr ? nullptr : leader->peer(member.id);
    const bool is_heard = peer != nullptr && peer->is_heard();
    std::string text = fmt::format("server {} ({}) gave no status", member.id, member.address);
    if (is_heard) {
      text += "; the leader hears of it: its endpoint is missing here, or is another one";
    } else if (peer != nullptr) {
      text += peer->connected ? "; the leader is connected to it, but hears nothing: it hangs"
                              : "; the leader has no connection to it";
      text += peer->trouble.empty() ? "" : ": " + peer->trouble;
      text += peer->silent_ms > 0
                  ? ", and last heard of it " + duration_text(peer->silent_ms) + " ago"
                  : "";
    }
    findings.push_back(
        {is_heard ? Severity::kNote : Severity::kWarning, member.id, std::move(text)});
  }
}

/// False: these are not servers of one cluster, and nothing can be said of them together.
bool add_identities(const Servers& servers, Findings& findings) {
  const auto clusters =
      by(servers, [](const ServerView& server) { return "\"" + server.cluster + "\""; });
  if (clusters.size() > 1) {
    findings.push_back(
        {Severity::kCritical, 0, "these are servers of different clusters: " + text_of(clusters)});
    return false;
  }
  std::map<std::uint64_t, std::string> endpoints;
  for (const ServerView& server : servers) {
    if (!server.is_there()) {
      continue;
    }
    const auto [first, is_new] = endpoints.emplace(server.id, server.endpoint);
    if (!is_new) {
      findings.push_back({Severity::kCritical, server.id,
                          fmt::format("{} and {} both say that they are server {}", first->second,
                                      server.endpoint, server.id)});
    }
  }
  return true;
}

/// Why nobody leads, as far as these servers can tell.
std::string why_no_leader(const Servers& servers) {
  const std::vector<std::uint64_t> voters = voters_of(servers);
  if (voters.empty()) {
    return "no server has members yet: begin with --member, or add it";
  }
  std::vector<std::uint64_t> down;
  std::vector<std::uint64_t> stalled;
  std::vector<std::uint64_t> alone;
  std::size_t up = 0;
  for (const std::uint64_t id : voters) {
    const ServerView* const server = server_of(servers, id);
    if (server == nullptr || !server->is_up()) {
      down.push_back(id);
      continue;
    }
    up += 1;
    if (server->storage.oldest_write_ms >= kStalledMs) {
      stalled.push_back(id);
    }
    const auto connected = std::count_if(voters.begin(), voters.end(), [&](std::uint64_t other) {
      const PeerView* const peer = server->peer(other);
      return peer != nullptr && peer->connected;
    });
    if (static_cast<std::size_t>(connected) + 1 <= voters.size() / 2) {
      alone.push_back(id);
    }
  }
  const std::size_t needed = voters.size() / 2 + 1;
  if (up < needed) {
    return fmt::format("{} of {} voters are needed, and {} did not answer or take no part", needed,
                       voters.size(), servers_text(down));
  }
  if (up - stalled.size() < needed) {
    return fmt::format("the disks of {} hang, and without a vote on disk there is none",
                       servers_text(stalled));
  }
  if (up - std::min(up, alone.size()) < needed) {
    return fmt::format("{} cannot reach a majority of the voters", servers_text(alone));
  }
  return "an election is under way; if this stays so, look at the trace";
}

void add_leader(const Servers& servers, Findings& findings) {
  const ServerView* const leader = leader_of(servers);
  if (leader == nullptr) {
    findings.push_back({Severity::kCritical, 0,
                        "no server leads, nothing is committed: " + why_no_leader(servers)});
    return;
  }
  for (const ServerView& server : servers) {
    if (&server == leader || server.role != "leader" || server.id == leader->id) {
      continue;
    }
    findings.push_back(
        server.term == leader->term
            ? Finding{Severity::kCritical, 0,
                      fmt::format("servers {} and {} both say that they lead term {}: this must "
                                  "never be, keep their data and logs",
                                  leader->id, server.id, leader->term)}
            : Finding{Severity::kWarning, server.id,
                      fmt::format("server {} still says that it leads, in term {}; server {} leads "
                                  "term {}",
                                  server.id, server.term, leader->id, leader->term)});
  }
  if (leader->transfer_target != 0) {
    findings.push_back(
        {Severity::kNote, 0,
         fmt::format("leadership is being handed over to server {}", leader->transfer_target)});
  }
}

/// How many more may fail.
void add_margin(const Servers& servers, Findings& findings) {
  const std::vector<std::uint64_t> voters = voters_of(servers);
  const ServerView* const leader = leader_of(servers);
  if (voters.size() < 2 || leader == nullptr) {
    return;
  }
  std::size_t up = 0;
  for (const std::uint64_t id : voters) {
    const ServerView* const server = server_of(servers, id);
    const PeerView* const peer = leader->peer(id);
    // Of whom the leader hears takes part, whether we were told where to ask it or not.
    up += (server != nullptr ? server->is_up() : peer != nullptr && peer->is_heard()) ? 1U : 0U;
  }
  const std::size_t needed = voters.size() / 2 + 1;
  if (up <= needed && up < voters.size()) {
    findings.push_back({Severity::kWarning, 0,
                        fmt::format("{} of {} voters are up, and {} are needed: one more that "
                                    "fails stops the cluster",
                                    up, voters.size(), needed)});
  }
  if (voters.size() % 2 == 0) {
    findings.push_back(
        {Severity::kNote, 0,
         fmt::format("{} voters stand as many failures as {}", voters.size(), voters.size() - 1)});
  }
}

void add_members(const Servers& servers, Findings& findings) {
  Servers with_members;
  std::copy_if(servers.begin(), servers.end(), std::back_inserter(with_members),
               [](const ServerView& server) { return server.is_up() && !server.members.empty(); });
  const auto lists =
      by(with_members, [](const ServerView& server) { return list_of(server.members); });
  if (lists.size() > 1) {
    findings.push_back({Severity::kWarning, 0,
                        "servers have different lists of members: a change has not reached all "
                        "of them: " +
                            text_of(lists)});
  }
  const ServerView* const leader = leader_of(servers);
  if (leader != nullptr && !leader->outgoing.empty()) {
    findings.push_back({Severity::kNote, 0,
                        fmt::format("a change of members is under way, from {} to {}",
                                    list_of(leader->outgoing), list_of(leader->members))});
  }
}

void add_differences(const Servers& servers, Findings& findings) {
  const auto versions = by(servers, [](const ServerView& server) {
    return server.version.empty() ? "unknown" : server.version;
  });
  if (versions.size() > 1) {
    findings.push_back({Severity::kNote, 0, "versions are mixed: " + text_of(versions)});
  }
  const auto security = by(servers, [](const ServerView& server) {
    return server.tls_expires_in_s ? "TLS" : "in the clear";
  });
  if (security.size() > 1) {
    findings.push_back(
        {Severity::kCritical, 0,
         "servers with and without TLS do not talk to each other: " + text_of(security)});
  }
}

}  // namespace

void diagnose_cluster(const Servers& servers, Findings& findings) {
  add_silent(servers, findings);
  const bool is_nobody_there = std::none_of(servers.begin(), servers.end(),
                                            [](const ServerView& one) { return one.is_there(); });
  if (is_nobody_there) {
    findings.push_back({Severity::kCritical, 0, "no server answered"});
    return;
  }
  if (!add_identities(servers, findings)) {
    return;
  }
  add_leader(servers, findings);
  add_margin(servers, findings);
  add_members(servers, findings);
  add_differences(servers, findings);
}

}  // namespace buoyant::ctl
