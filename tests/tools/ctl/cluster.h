// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Statuses of the servers of a small cluster, to be changed by a test.
#pragma once

#include "tools/ctl/diagnosis.h"
#include "tools/ctl/server_view.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::ctl::testing_support {

/// What a server of three says when nothing is wrong: server 1 leads. `patch` is merged into it
/// (RFC 7396).
inline ServerView server(std::uint64_t id, const std::string& patch = "{}") {
  nlohmann::json status = {{"id", id},           {"cluster", "demo"},
                           {"version", "1"},     {"role", id == 1 ? "leader" : "follower"},
                           {"term", 3},          {"leader", 1},
                           {"commit", 100},      {"applied", 100},
                           {"last", 100},        {"rss", 1 << 20},
                           {"db", 64 << 20},     {"space", "enough"},
                           {"refused", nullptr}, {"faulted", nullptr}};
  for (const std::uint64_t other : {1U, 2U, 3U}) {
    status["members"].push_back({{"id", other},
                                 {"address", "10.0.0." + std::to_string(other) + ":7001"},
                                 {"role", "voter"}});
    if (other != id) {
      status["peers"].push_back(
          {{"id", other}, {"connected", true}, {"trouble", ""}, {"refused", ""}});
      if (id == 1) {
        status["peers"].back()["lag"] = 0;
      }
    }
  }
  status.merge_patch(nlohmann::json::parse(patch));
  return parse_status("10.0.0." + std::to_string(id) + ":9100", status.dump());
}

/// What server `id` says of one peer; the others are connected.
inline std::string peer_patch(std::uint64_t id, std::uint64_t peer, const std::string& patch) {
  nlohmann::json peers = nlohmann::json::array();
  for (const std::uint64_t other : {1U, 2U, 3U}) {
    if (other != id) {
      nlohmann::json one = {{"id", other}, {"connected", true}};
      if (other == peer) {
        one.merge_patch(nlohmann::json::parse(patch));
      }
      peers.push_back(std::move(one));
    }
  }
  return nlohmann::json{{"peers", peers}}.dump();
}

/// "critical: no server answered"
inline std::vector<std::string> sentences(const std::vector<ServerView>& servers) {
  std::vector<std::string> texts;
  for (const Finding& finding : diagnose(servers)) {
    texts.push_back(std::string(severity_name(finding.severity)) + ": " + finding.text);
  }
  return texts;
}

}  // namespace buoyant::ctl::testing_support
