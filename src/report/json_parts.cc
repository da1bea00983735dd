// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "report/json_parts.h"

#include "buoyant/report.h"
#include "report/role_text.h"

#include <algorithm>
#include <cstdint>

namespace buoyant::report {

namespace {

/// What the leader knows of a peer; of another server these are what they were made with.
void add_progress(ordered_json& json, const PeerStatus& peer) {
  json["state"] = progress_name(peer.state);
  json["silent_ms"] = milliseconds(peer.silent);
  json["acknowledgement_ms"] = milliseconds(peer.acknowledgement);
  json["leaving"] = peer.leaving;
  json["catch_up"] = nullptr;
  if (peer.catch_up_round != 0) {
    json["catch_up"] = {{"round", peer.catch_up_round}, {"goal", peer.catch_up_goal.value()}};
  }
  json["space"] = space_text(peer.space);
  json["preference"] = preference_text(peer.preference);
  json["snapshot"] = nullptr;
  if (peer.snapshot_bytes != 0) {
    json["snapshot"] = {{"sent", peer.snapshot_sent}, {"bytes", peer.snapshot_bytes}};
  }
}

ordered_json link_of(const port::PeerLinkStatus& link) {
  return {{"accepted", link.accepted},
          {"queued", link.queued_bytes},
          {"frames_sent", link.frames_sent},
          {"bytes_sent", link.bytes_sent},
          {"reconnects", link.reconnects},
          {"snapshots",
           {{"wanted", link.snapshots.wanted},
            {"connected", link.snapshots.connected},
            {"accepted", link.snapshots.accepted},
            {"queued", link.snapshots.queued_bytes},
            {"frames_sent", link.snapshots.frames_sent},
            {"bytes_sent", link.snapshots.bytes_sent},
            {"reconnects", link.snapshots.reconnects},
            {"trouble", link.snapshots.trouble}}}};
}

ordered_json scrub_of(const port::ScrubStatus& scrub) {
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

}  // namespace

ordered_json members_of(const std::vector<Member>& members) {
  ordered_json json = ordered_json::array();
  for (const Member& member : members) {
    json.push_back({{"id", member.id.value()},
                    {"address", member.address},
                    {"role", member_text(member.role)}});
  }
  return json;
}

ordered_json peers_of(const NodeStatus& status) {
  const bool leads = status.standing.role == core::Role::kLeader;
  ordered_json peers = ordered_json::array();
  for (const PeerStatus& peer : status.peers) {
    ordered_json json = {{"id", peer.id.value()},           {"connected", peer.link.connected},
                         {"match", peer.match.value()},     {"next", peer.next.value()},
                         {"inflight", peer.inflight_bytes}, {"trouble", peer.link.trouble},
                         {"refused", peer.refused},         {"address", peer.address},
                         {"role", member_text(peer.role)}};
    // A zero of a server that does not know would look like a peer without a log.
    json["lag"] = nullptr;
    if (leads) {
      json["lag"] = status.last.index > peer.match ? status.last.index - peer.match : 0;
    }
    add_progress(json, peer);
    json["link"] = link_of(peer.link);
    peers.push_back(std::move(json));
  }
  return peers;
}

ordered_json storage_of(const NodeStatus& status) {
  const port::StorageStatus& storage = status.storage;
  return {{"failed", storage.poisoned},
          {"writes_pending", storage.writes_pending},
          {"oldest_write_ms", milliseconds(storage.oldest_write_age)},
          {"scrub", scrub_of(storage.scrub)},
          {"recent_write_ms", milliseconds(status.storage_write_recent)},
          {"writes", storage.writes},
          {"commits", storage.commits},
          {"used", storage.bytes_used},
          {"max", storage.bytes_max}};
}

ordered_json snapshots_of(const SnapshotStatus& snapshots) {
  return {{"taken", snapshots.taken},
          {"installed", snapshots.installed},
          {"failed", snapshots.failed},
          {"trouble", snapshots.trouble},
          {"index", snapshots.position.index.value()},
          {"term", snapshots.position.term.value()},
          {"bytes", snapshots.bytes},
          {"taking", snapshots.taking},
          {"installing", snapshots.installing},
          {"receiving_from", snapshots.receiving_from.value()},
          {"received", snapshots.received},
          {"receiving_bytes", snapshots.receiving_bytes}};
}

std::string one_line(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace buoyant::report
