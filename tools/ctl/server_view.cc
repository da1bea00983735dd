// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/server_view.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace buoyant::ctl {

namespace {

using json = nlohmann::ordered_json;

/// What is nested deeper is left out: whoever answers must not have us use up the stack.
constexpr int kDepthMax = 32;

/// Null: it is not there, or no object has it.
json field(const json& object, const char* name) {
  const auto at = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && at != object.end() ? *at : json();
}

std::string text(const json& object, const char* name) {
  const json value = field(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::uint64_t whole(const json& object, const char* name) {
  const json value = field(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

double number(const json& object, const char* name) {
  const json value = field(object, name);
  return value.is_number() ? value.get<double>() : 0;
}

bool is_true(const json& object, const char* name) {
  return field(object, name) == json(true);
}

std::vector<MemberView> members_of(const json& list) {
  std::vector<MemberView> members;
  for (const json& member : list.is_array() ? list : json::array()) {
    members.push_back({whole(member, "id"), text(member, "address"), text(member, "role")});
  }
  return members;
}

PeerView peer_of(const json& object) {
  PeerView peer;
  peer.id = whole(object, "id");
  peer.connected = is_true(object, "connected");
  peer.trouble = text(object, "trouble");
  peer.refused = text(object, "refused");
  if (field(object, "lag").is_number_unsigned()) {
    peer.lag = whole(object, "lag");
  }
  peer.silent_ms = number(object, "silent_ms");
  peer.acknowledgement_ms = number(object, "acknowledgement_ms");
  peer.catch_up_round = whole(field(object, "catch_up"), "round");
  peer.snapshot_sent = whole(field(object, "snapshot"), "sent");
  peer.snapshot_bytes = whole(field(object, "snapshot"), "bytes");
  return peer;
}

StorageView storage_of(const json& object) {
  StorageView storage;
  storage.failed = is_true(object, "failed");
  storage.oldest_write_ms = number(object, "oldest_write_ms");
  storage.recent_write_ms = number(object, "recent_write_ms");
  storage.used = whole(object, "used");
  storage.max = whole(object, "max");
  const json scrub = field(object, "scrub");
  storage.damage = text(scrub, "damage");
  storage.damage_to_do = text(scrub, "to_do");
  return storage;
}

void read_standing(const json& status, ServerView& server) {
  server.id = whole(status, "id");
  server.cluster = text(status, "cluster");
  server.version = text(status, "version");
  server.role = text(status, "role");
  server.term = whole(status, "term");
  server.leader = whole(status, "leader");
  server.cause = text(status, "cause");
  server.commit = whole(status, "commit");
  server.applied = whole(status, "applied");
  server.last = whole(status, "last");
  server.snapshot = whole(status, "snapshot");
  server.members = members_of(field(status, "members"));
  server.outgoing = members_of(field(field(status, "configuration"), "outgoing"));
  const json peers = field(status, "peers");
  for (const json& peer : peers.is_array() ? peers : json::array()) {
    server.peers.push_back(peer_of(peer));
  }
}

void read_health(const json& status, ServerView& server) {
  server.refused = text(status, "refused");
  server.rss = whole(status, "rss");
  server.db = whole(status, "db");
  server.is_space_low = text(status, "space") == "low";
  server.storage = storage_of(field(status, "storage"));
  server.snapshot_trouble = text(field(status, "snapshots"), "trouble");
  server.transfer_target = whole(status, "transfer_target");
  const json expires_in = field(field(status, "tls"), "expires_in");
  if (expires_in.is_number_integer()) {
    server.tls_expires_in_s = expires_in.get<std::int64_t>();
  }
  const json troubles = field(status, "troubles");
  for (const auto& [what, count] : troubles.items()) {
    server.troubles[what] = count.is_number_unsigned() ? count.get<std::uint64_t>() : 0;
  }
  server.loop_stall_longest_ms = number(status, "loop_stall_longest_ms");
  const json total = field(field(status, "latencies"), "total");
  if (whole(total, "count") != 0) {
    server.write_p99_ms = number(total, "p99_ms");
  }
  server.faulted = text(status, "faulted");
  server.to_do = text(status, "to_do");
}

}  // namespace

const PeerView* ServerView::peer(std::uint64_t other) const {
  for (const PeerView& peer : peers) {
    if (peer.id == other) {
      return &peer;
    }
  }
  return nullptr;
}

ServerView silent_server(std::string endpoint, std::string why) {
  ServerView server;
  server.endpoint = std::move(endpoint);
  server.error = std::move(why);
  return server;
}

ServerView parse_status(std::string endpoint, std::string_view text_of_status) {
  const auto is_shallow = [](int depth, json::parse_event_t /*event*/, json& /*parsed*/) {
    return depth <= kDepthMax;
  };
  const json status = json::parse(text_of_status, is_shallow, false);
  if (text(status, "role").empty() || whole(status, "id") == 0) {
    return silent_server(std::move(endpoint), "what answers there is no server of buoyant");
  }
  ServerView server;
  server.endpoint = std::move(endpoint);
  server.json = status.dump(-1, ' ', false, json::error_handler_t::replace);
  read_standing(status, server);
  read_health(status, server);
  return server;
}

}  // namespace buoyant::ctl
