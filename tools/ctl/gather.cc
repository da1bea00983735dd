// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/gather.h"

#include "tools/ctl/diagnosis.h"
#include "tools/ctl/fetch.h"

#include <algorithm>
#include <set>

namespace buoyant::ctl {

namespace {

std::string host_of(const std::string& endpoint) {
  return endpoint.substr(0, endpoint.rfind(':'));
}

std::vector<ServerView> ask(const std::vector<std::string>& endpoints,
                            std::chrono::milliseconds limit) {
  std::vector<Request> requests;
  for (const std::string& endpoint : endpoints) {
    requests.push_back({endpoint, "/status"});
  }
  const std::vector<Answer> answers = fetch(requests, limit);
  std::vector<ServerView> servers;
  for (std::size_t at = 0; at < endpoints.size(); ++at) {
    const Answer& answer = answers[at];
    constexpr long kOk = 200;
    if (!answer.error.empty()) {
      servers.push_back(silent_server(endpoints[at], answer.error));
    } else if (answer.status != kOk) {
      servers.push_back(
          silent_server(endpoints[at], "it answers " + std::to_string(answer.status) +
                                           " to /status: the port is that of --metrics"));
    } else {
      servers.push_back(parse_status(endpoints[at], answer.body));
    }
  }
  return servers;
}

}  // namespace

std::vector<std::string> further_endpoints(const std::vector<std::string>& endpoints,
                                           const std::vector<ServerView>& servers) {
  std::set<std::string> hosts;
  for (const std::string& endpoint : endpoints) {
    hosts.insert(host_of(endpoint));
  }
  const std::string port = endpoints.front().substr(host_of(endpoints.front()).size());
  std::vector<std::string> further;
  for (const MemberView& member : members_of(servers)) {
    const std::string host = host_of(member.address);
    if (server_of(servers, member.id) == nullptr && !host.empty() && hosts.insert(host).second) {
      further.push_back(host + port);
    }
  }
  return further;
}

std::vector<ServerView> gather(const std::vector<std::string>& endpoints, bool discovers,
                               std::chrono::milliseconds limit) {
  std::vector<ServerView> servers = ask(endpoints, limit);
  const std::vector<std::string> further =
      discovers ? further_endpoints(endpoints, servers) : std::vector<std::string>();
  if (further.empty()) {
    return servers;
  }
  const auto known = std::find_if(servers.begin(), servers.end(),
                                  [](const ServerView& server) { return server.is_there(); });
  const std::string cluster = known->cluster;
  for (ServerView& server : ask(further, limit)) {
    // What else may be at such a port is nobody's matter.
    if (server.is_there() && server.cluster == cluster) {
      servers.push_back(std::move(server));
    }
  }
  return servers;
}

}  // namespace buoyant::ctl
