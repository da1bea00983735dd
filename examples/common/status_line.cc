// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/status_line.h"

#include "examples/common/process_figures.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace example {

namespace {

using nlohmann::ordered_json;

double milliseconds(buoyant::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

const char* role_of(const buoyant::NodeStatus& status) {
  using buoyant::core::Role;
  if (status.faulted != nullptr) {
    return "faulted";
  }
  // Who leads while it removes itself, or takes its own vote away, still leads.
  const bool leads = status.standing.role == Role::kLeader;
  if (status.removed && !leads) {
    return "removed";
  }
  const bool is_member = status.configuration.find(status.id) != nullptr;
  if (is_member && !leads && !status.configuration.is_voter(status.id)) {
    return "learner";
  }
  // A pre-vote is part of a candidacy to everybody but the protocol.
  const Role role = status.standing.role;
  return role_name(role == Role::kPreCandidate ? Role::kCandidate : role);
}

const char* role_of(buoyant::MemberRole role) {
  return role == buoyant::MemberRole::kVoter ? "voter" : "learner";
}

ordered_json members_of(const buoyant::NodeStatus& status) {
  ordered_json members = ordered_json::array();
  for (const buoyant::Member& member : status.configuration.members) {
    members.push_back(
        {{"id", member.id.value()}, {"address", member.address}, {"role", role_of(member.role)}});
  }
  return members;
}

ordered_json peers_of(const buoyant::NodeStatus& status) {
  ordered_json peers = ordered_json::array();
  for (const buoyant::PeerStatus& peer : status.peers) {
    peers.push_back({{"id", peer.id.value()},
                     {"connected", peer.link.connected},
                     {"match", peer.match.value()},
                     {"next", peer.next.value()},
                     {"inflight", peer.inflight_bytes},
                     {"trouble", peer.link.trouble},
                     {"refused", peer.refused}});
  }
  return peers;
}

ordered_json scrub_of(const buoyant::port::ScrubStatus& scrub) {
  if (!scrub.enabled) {
    return nullptr;
  }
  ordered_json json = {{"bytes", scrub.bytes}, {"passes", scrub.passes}};
  json["last_pass_age_ms"] =
      scrub.passes > 0 ? ordered_json(milliseconds(scrub.last_pass_age)) : ordered_json(nullptr);
  json["damage"] = nullptr;
  if (scrub.damage) {
    json["damage"] = std::string(scrub.damage->what) + " " + std::to_string(scrub.damage->at);
    json["to_do"] = kDamageAdvice;
  }
  return json;
}

ordered_json storage_of(const buoyant::NodeStatus& status) {
  return {{"failed", status.storage.poisoned},
          {"writes_pending", status.storage.writes_pending},
          {"oldest_write_ms", milliseconds(status.storage.oldest_write_age)},
          {"scrub", scrub_of(status.storage.scrub)}};
}

/// Null: peers are in the clear. Else seconds since 1970, and from now.
ordered_json tls_of(const buoyant::port::TransportStatus& transport) {
  if (!transport.secure_until) {
    return nullptr;
  }
  const auto seconds = [](std::chrono::system_clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  };
  return {{"expires", seconds(transport.secure_until->time_since_epoch())},
          {"expires_in", seconds(*transport.secure_until - std::chrono::system_clock::now())}};
}

ordered_json troubles_of(const buoyant::port::TransportStatus& transport) {
  ordered_json troubles = ordered_json::object();
  for (const auto& [what, count] : transport.troubles) {
    troubles[std::string(what)] = count;
  }
  return troubles;
}

}  // namespace

std::string status_line(const buoyant::NodeStatus& status) {
  ordered_json json;
  json["id"] = status.id.value();
  json["cluster"] = status.cluster;
  json["role"] = role_of(status);
  json["term"] = status.standing.term.value();
  json["leader"] = status.standing.leader.value();
  json["cause"] = cause_name(status.standing.cause);
  json["commit"] = status.commit.value();
  json["applied"] = status.applied.value();
  json["first"] = status.first.value();
  json["last"] = status.last.index.value();
  json["durable"] = status.durable.value();
  json["snapshot"] = status.snapshot.value();
  json["members"] = members_of(status);
  json["peers"] = peers_of(status);
  json["refused"] = nullptr;
  if (status.refused_by.is_set()) {
    json["refused"] = "peer " + std::to_string(status.refused_by.value()) + ": " + status.refused;
  }
  json["pending"] = status.proposals_pending;
  const ProcessFigures figures = process_figures();
  json["rss"] = figures.resident_bytes;
  json["fds"] = figures.descriptors;
  json["db"] = status.storage.bytes_file;
  json["space"] = status.storage.space == buoyant::SpaceState::kLow ? "low" : "enough";
  json["storage"] = storage_of(status);
  json["snapshots"] = {{"taken", status.snapshots.taken},
                       {"installed", status.snapshots.installed},
                       {"failed", status.snapshots.failed},
                       {"trouble", status.snapshots.trouble}};
  json["tls"] = tls_of(status.transport);
  json["troubles"] = troubles_of(status.transport);
  json["turn_longest_ms"] = milliseconds(status.turn_longest);
  json["loop_stall_longest_ms"] = milliseconds(status.loop_stall_longest);
  if (status.faulted != nullptr) {
    json["faulted"] = status.faulted;
    json["to_do"] = kFaultAdvice;
  } else {
    json["faulted"] = nullptr;
  }
  // The cluster's name is any bytes; what is no UTF-8 is replaced.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace example
