// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/diagnosis.h"

#include "tools/ctl/findings.h"

#include <algorithm>
#include <tuple>

namespace buoyant::ctl {

const char* severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::kNote:
      return "note";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      break;
  }
  return "critical";
}

const ServerView* leader_of(const std::vector<ServerView>& servers) {
  const ServerView* leader = nullptr;
  for (const ServerView& server : servers) {
    if (server.is_there() && server.role == "leader" &&
        (leader == nullptr || server.term > leader->term)) {
      leader = &server;
    }
  }
  return leader;
}

std::vector<MemberView> members_of(const std::vector<ServerView>& servers) {
  const ServerView* teller = leader_of(servers);
  for (const ServerView& server : servers) {
    const bool is_newer =
        teller == nullptr || (teller->role != "leader" && server.last > teller->last);
    if (server.is_there() && !server.members.empty() && is_newer) {
      teller = &server;
    }
  }
  return teller == nullptr ? std::vector<MemberView>() : teller->members;
}

const ServerView* server_of(const std::vector<ServerView>& servers, std::uint64_t id) {
  const auto at = std::find_if(servers.begin(), servers.end(), [id](const ServerView& server) {
    return server.is_there() && server.id == id;
  });
  return at == servers.end() ? nullptr : &*at;
}

std::vector<Finding> diagnose(const std::vector<ServerView>& servers) {
  std::vector<Finding> findings;
  diagnose_cluster(servers, findings);
  for (const ServerView& server : servers) {
    if (server.is_there()) {
      diagnose_server(server, findings);
    }
  }
  diagnose_peers(servers, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
    return std::tuple(right.severity, left.server) < std::tuple(left.severity, right.server);
  });
  return findings;
}

}  // namespace buoyant::ctl
