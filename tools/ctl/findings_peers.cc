// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/common/describe.h"
#include "tools/ctl/findings.h"
#include "tools/ctl/words.h"

#include <fmt/format.h>

namespace buoyant::ctl {

namespace {

/// Fewer are a matter of moments.
constexpr std::uint64_t kBehindMax = 10'000;
constexpr double kWriteThatHoldsBackMs = 10;
constexpr double kSlowAnswerMs = 200;

/// Why it is behind, as far as anybody can tell; "": nobody can.
std::string why_behind(const PeerView& peer, const ServerView* server) {
  if (peer.snapshot_bytes != 0) {
    return fmt::format(": it is being sent a snapshot, {} of {} so far",
                       tools::text_of_bytes(peer.snapshot_sent),
                       tools::text_of_bytes(peer.snapshot_bytes));
  }
  if (!peer.connected) {
    return ": it is not connected";
  }
  if (server != nullptr && server->is_space_low) {
    return ": its disk is nearly full";
  }
  if (server != nullptr && server->storage.recent_write_ms >= kWriteThatHoldsBackMs) {
    return ": its disk needs " + duration_text(server->storage.recent_write_ms) + " per write";
  }
  if (peer.acknowledgement_ms >= kSlowAnswerMs) {
    return ": it takes " + duration_text(peer.acknowledgement_ms) +
           " to acknowledge what it is sent";
  }
  return "";
}

void add_behind(const ServerView& leader, const std::vector<ServerView>& servers,
                std::vector<Finding>& findings) {
  for (const PeerView& peer : leader.peers) {
    const std::uint64_t lag = peer.lag.value_or(0);
    if (lag > kBehindMax) {
      findings.push_back({Severity::kWarning, peer.id,
                          fmt::format("server {} is {} entries behind{}", peer.id, count_text(lag),
                                      why_behind(peer, server_of(servers, peer.id)))});
    } else if (peer.snapshot_bytes != 0) {
      findings.push_back({Severity::kNote, peer.id,
                          fmt::format("server {} is being sent a snapshot, {} of {} so far",
                                      peer.id, tools::text_of_bytes(peer.snapshot_sent),
                                      tools::text_of_bytes(peer.snapshot_bytes))});
    }
    if (peer.connected && !peer.is_heard() && server_of(servers, peer.id) != nullptr) {
      findings.push_back(
          {Severity::kWarning, peer.id,
           fmt::format("server {} answers here, but the leader has heard nothing of it "
                       "for {}",
                       peer.id, duration_text(peer.silent_ms))});
    }
    if (peer.catch_up_round != 0) {
      findings.push_back({Severity::kNote, peer.id,
                          fmt::format("server {} learns the log before it may vote (round {})",
                                      peer.id, peer.catch_up_round)});
    }
  }
}

}  // namespace

void diagnose_peers(const std::vector<ServerView>& servers, std::vector<Finding>& findings) {
  if (const ServerView* const leader = leader_of(servers)) {
    add_behind(*leader, servers, findings);
  }
  for (const ServerView& server : servers) {
    for (const PeerView& peer : server.peers) {
      if (!peer.refused.empty()) {
        findings.push_back({Severity::kCritical, peer.id,
                            fmt::format("server {} does not admit server {}: {}", server.id,
                                        peer.id, peer.refused)});
      } else if (!peer.connected && server.is_up() && server_of(servers, peer.id) != nullptr) {
        // Of one that does not answer it is said elsewhere.
        findings.push_back({Severity::kWarning, server.id,
                            fmt::format("server {} has no connection to server {}{}", server.id,
                                        peer.id, peer.trouble.empty() ? "" : ": " + peer.trouble)});
      }
    }
  }
}

}  // namespace buoyant::ctl
