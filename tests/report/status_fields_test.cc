// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Every field of the status is told: changing it alone changes the JSON, and the metrics unless it
/// is text.

#include "buoyant/report.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::status_fields_test {

using std::chrono::milliseconds;

struct Change {
  const char* field;
  std::function<void(NodeStatus&)> make;
  bool in_metrics = true;
};

constexpr bool kOnlyJson = false;

/// A field that is added stops this from compiling: then it wants a line below.
void count_fields(const NodeStatus& status) {
  [[maybe_unused]] const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
                                a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28,
                                a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40] =
      status;
  [[maybe_unused]] const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15,
                                b16, b17, b18] = status.peers.front();
  [[maybe_unused]] const auto& [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11] = status.snapshots;
  [[maybe_unused]] const auto& [d1, d2, d3, d4, d5, d6, d7, d8, d9, d10] = status.storage;
  [[maybe_unused]] const auto& [e1, e2, e3, e4, e5] = status.storage.scrub;
  [[maybe_unused]] const auto& [f1, f2] = status.transport;
  [[maybe_unused]] const auto& [g1, g2, g3, g4, g5, g6, g7, g8, g9] = status.peers.front().link;
  [[maybe_unused]] const auto& [h1, h2, h3, h4, h5, h6, h7, h8] =
      status.peers.front().link.snapshots;
}

NodeStatus make_status() {
  NodeStatus status;
  status.id = ServerId(1);
  status.standing.role = core::Role::kLeader;
  status.last = {.term = Term(1), .index = Index(100)};
  status.taken_at = Instant(milliseconds(1000));
  status.configuration.members = {{ServerId(1), "a:1"}, {ServerId(2), "b:1"}};
  status.peers.resize(1);
  status.peers[0].id = ServerId(2);
  status.storage.scrub.enabled = true;
  count_fields(status);
  return status;
}

std::vector<Change> changes_of_node() {
  return {
      {"taken_at", [](NodeStatus& s) { s.taken_at = Instant(milliseconds(1001)); }},
      {"id", [](NodeStatus& s) { s.id = ServerId(2); }},
      {"cluster", [](NodeStatus& s) { s.cluster = "other"; }},
      {"role", [](NodeStatus& s) { s.standing.role = core::Role::kFollower; }},
      {"term", [](NodeStatus& s) { s.standing.term = Term(9); }},
      {"leader", [](NodeStatus& s) { s.standing.leader = ServerId(2); }},
      {"cause", [](NodeStatus& s) { s.standing.cause = core::Cause::kNoSpace; }, kOnlyJson},
      {"standing_since", [](NodeStatus& s) { s.standing_since = Instant(milliseconds(1)); }},
      {"members", [](NodeStatus& s) { s.configuration.members.pop_back(); }},
      {"outgoing", [](NodeStatus& s) { s.configuration.outgoing = s.configuration.members; },
       kOnlyJson},
      {"configuration_index", [](NodeStatus& s) { s.configuration_index = Index(3); }},
      {"configuration_committed", [](NodeStatus& s) { s.configuration_committed = Index(3); }},
      {"removed", [](NodeStatus& s) { s.removed = true; }},
      {"refused_by", [](NodeStatus& s) { s.refused_by = ServerId(2); }},
      {"first", [](NodeStatus& s) { s.first = Index(3); }},
      {"last", [](NodeStatus& s) { s.last.index = Index(3); }},
      {"last term", [](NodeStatus& s) { s.last.term = Term(3); }},
      {"durable", [](NodeStatus& s) { s.durable = Index(3); }},
      {"commit", [](NodeStatus& s) { s.commit = Index(3); }},
      {"applied", [](NodeStatus& s) { s.applied = Index(3); }},
      {"snapshot", [](NodeStatus& s) { s.snapshot = Index(3); }},
      {"transfer_target", [](NodeStatus& s) { s.transfer_target = ServerId(2); }},
      {"space", [](NodeStatus& s) { s.space = SpaceState::kLow; }},
      {"faulted", [](NodeStatus& s) { s.faulted = "why"; }},
      {"closing", [](NodeStatus& s) { s.closing = true; }},
      {"peers", [](NodeStatus& s) { s.peers.clear(); }},
      {"proposals_pending", [](NodeStatus& s) { s.proposals_pending = 3; }},
      {"proposal_bytes_pending", [](NodeStatus& s) { s.proposal_bytes_pending = 3; }},
      {"entry_cache_bytes", [](NodeStatus& s) { s.entry_cache_bytes = 3; }},
      {"proposals_committed", [](NodeStatus& s) { s.proposals_committed = 3; }},
      {"proposals_refused", [](NodeStatus& s) { s.proposals_refused = 3; }},
      {"proposals_unknown", [](NodeStatus& s) { s.proposals_unknown = 3; }},
      {"reads_pending", [](NodeStatus& s) { s.reads_pending = 3; }},
      {"reads_granted", [](NodeStatus& s) { s.reads_granted = 3; }},
      {"frames_malformed", [](NodeStatus& s) { s.frames_malformed = 3; }},
      {"turns", [](NodeStatus& s) { s.turns = 3; }},
      {"turns_over_budget", [](NodeStatus& s) { s.turns_over_budget = 3; }},
      {"turn_longest", [](NodeStatus& s) { s.turn_longest = milliseconds(3); }},
      {"loop_stalls", [](NodeStatus& s) { s.loop_stalls = 3; }},
      {"loop_stall_longest", [](NodeStatus& s) { s.loop_stall_longest = milliseconds(3); }},
      {"storage_write_recent", [](NodeStatus& s) { s.storage_write_recent = milliseconds(3); }},
  };
}

std::vector<Change> changes_of_ports() {
  return {
      {"bytes_used", [](NodeStatus& s) { s.storage.bytes_used = 3; }},
      {"bytes_file", [](NodeStatus& s) { s.storage.bytes_file = 3; }},
      {"bytes_max", [](NodeStatus& s) { s.storage.bytes_max = 3; }},
      {"writes", [](NodeStatus& s) { s.storage.writes = 3; }},
      {"commits", [](NodeStatus& s) { s.storage.commits = 3; }},
      {"writes_pending", [](NodeStatus& s) { s.storage.writes_pending = 3; }},
      {"oldest_write_age", [](NodeStatus& s) { s.storage.oldest_write_age = milliseconds(3); }},
      {"poisoned", [](NodeStatus& s) { s.storage.poisoned = true; }},
      {"storage.space", [](NodeStatus& s) { s.storage.space = SpaceState::kLow; }},
      {"scrub.enabled", [](NodeStatus& s) { s.storage.scrub.enabled = false; }, kOnlyJson},
      {"scrub.bytes", [](NodeStatus& s) { s.storage.scrub.bytes = 3; }},
      {"scrub.passes", [](NodeStatus& s) { s.storage.scrub.passes = 3; }},
      {"scrub.damage", [](NodeStatus& s) { s.storage.scrub.damage = {.what = "it", .at = 1}; }},
      {"secure_until",
       [](NodeStatus& s) {
         s.transport.secure_until = std::chrono::system_clock::time_point(milliseconds(1));
       }},
      {"troubles",
       [](NodeStatus& s) {
         s.transport.troubles = {{"what", 1}};
       }},
      {"snapshots.position", [](NodeStatus& s) { s.snapshots.position.index = Index(3); },
       kOnlyJson},
      {"snapshots.bytes", [](NodeStatus& s) { s.snapshots.bytes = 3; }},
      {"snapshots.taking", [](NodeStatus& s) { s.snapshots.taking = true; }},
      {"snapshots.installing", [](NodeStatus& s) { s.snapshots.installing = true; }},
      {"snapshots.receiving_from", [](NodeStatus& s) { s.snapshots.receiving_from = ServerId(2); }},
      {"snapshots.received", [](NodeStatus& s) { s.snapshots.received = 3; }},
      {"snapshots.receiving_bytes", [](NodeStatus& s) { s.snapshots.receiving_bytes = 3; }},
      {"snapshots.taken", [](NodeStatus& s) { s.snapshots.taken = 3; }},
      {"snapshots.installed", [](NodeStatus& s) { s.snapshots.installed = 3; }},
      {"snapshots.failed", [](NodeStatus& s) { s.snapshots.failed = 3; }},
      {"snapshots.trouble", [](NodeStatus& s) { s.snapshots.trouble = "why"; }},
  };
}

std::vector<Change> changes_of_peers() {
  return {
      {"id", [](NodeStatus& s) { s.peers[0].id = ServerId(3); }},
      {"address", [](NodeStatus& s) { s.peers[0].address = "c:1"; }, kOnlyJson},
      {"role", [](NodeStatus& s) { s.peers[0].role = MemberRole::kLearner; }},
      {"refused", [](NodeStatus& s) { s.peers[0].refused = "why"; }},
      {"state", [](NodeStatus& s) { s.peers[0].state = core::ProgressState::kSnapshot; }},
      {"match", [](NodeStatus& s) { s.peers[0].match = Index(3); }},
      {"next", [](NodeStatus& s) { s.peers[0].next = Index(3); }},
      {"leaving", [](NodeStatus& s) { s.peers[0].leaving = true; }},
      {"catch_up_round", [](NodeStatus& s) { s.peers[0].catch_up_round = 3; }},
      {"silent", [](NodeStatus& s) { s.peers[0].silent = milliseconds(3); }},
      {"inflight_bytes", [](NodeStatus& s) { s.peers[0].inflight_bytes = 3; }},
      {"acknowledgement", [](NodeStatus& s) { s.peers[0].acknowledgement = milliseconds(3); }},
      {"space", [](NodeStatus& s) { s.peers[0].space = SpaceState::kLow; }},
      {"preference", [](NodeStatus& s) { s.peers[0].preference = Preference::kAvoid; }, kOnlyJson},
      {"snapshot_bytes", [](NodeStatus& s) { s.peers[0].snapshot_bytes = 3; }},
      {"connected", [](NodeStatus& s) { s.peers[0].link.connected = true; }},
      {"accepted", [](NodeStatus& s) { s.peers[0].link.accepted = true; }},
      {"queued_bytes", [](NodeStatus& s) { s.peers[0].link.queued_bytes = 3; }},
      {"frames_sent", [](NodeStatus& s) { s.peers[0].link.frames_sent = 3; }},
      {"bytes_sent", [](NodeStatus& s) { s.peers[0].link.bytes_sent = 3; }},
      {"reconnects", [](NodeStatus& s) { s.peers[0].link.reconnects = 3; }},
      {"trouble", [](NodeStatus& s) { s.peers[0].link.trouble = "why"; }, kOnlyJson},
      {"wanted", [](NodeStatus& s) { s.peers[0].link.snapshots.wanted = true; }, kOnlyJson},
      {"connected", [](NodeStatus& s) { s.peers[0].link.snapshots.connected = true; }},
      {"accepted", [](NodeStatus& s) { s.peers[0].link.snapshots.accepted = true; }, kOnlyJson},
      {"queued_bytes", [](NodeStatus& s) { s.peers[0].link.snapshots.queued_bytes = 3; }},
      {"frames_sent", [](NodeStatus& s) { s.peers[0].link.snapshots.frames_sent = 3; }, kOnlyJson},
      {"bytes_sent", [](NodeStatus& s) { s.peers[0].link.snapshots.bytes_sent = 3; }},
      {"reconnects", [](NodeStatus& s) { s.peers[0].link.snapshots.reconnects = 3; }, kOnlyJson},
      {"trouble", [](NodeStatus& s) { s.peers[0].link.snapshots.trouble = "why"; }, kOnlyJson},
  };
}

/// Those that show only beside another one.
std::vector<Change> changes_beside() {
  return {
      {"refused", [](NodeStatus& s) { s.refused = "why"; }, kOnlyJson},
      {"catch_up_goal", [](NodeStatus& s) { s.peers[0].catch_up_goal = Index(3); }, kOnlyJson},
      {"snapshot_sent", [](NodeStatus& s) { s.peers[0].snapshot_sent = 3; }},
      {"last_pass_age", [](NodeStatus& s) { s.storage.scrub.last_pass_age = milliseconds(3); }},
      {"snapshots.position term", [](NodeStatus& s) { s.snapshots.position.term = Term(3); },
       kOnlyJson},
  };
}

void check(const NodeStatus& base, const std::vector<Change>& changes) {
  const ProcessFigures process;
  const std::string json = status_json(base, process);
  const std::string metrics = metrics_text(base, Latencies(), process);
  for (const Change& change : changes) {
    NodeStatus changed = base;
    change.make(changed);
    EXPECT_NE(status_json(changed, process), json) << change.field;
    EXPECT_EQ(metrics_text(changed, Latencies(), process) != metrics, change.in_metrics)
        << change.field;
  }
}

TEST(StatusFieldsTest, EveryFieldOfANodeIsTold) {
  check(make_status(), changes_of_node());
}

TEST(StatusFieldsTest, EveryFieldOfStorageTransportAndSnapshotsIsTold) {
  check(make_status(), changes_of_ports());
}

TEST(StatusFieldsTest, EveryFieldOfAPeerIsTold) {
  check(make_status(), changes_of_peers());
}

TEST(StatusFieldsTest, WhatNeedsAnotherFieldIsToldBesideIt) {
  NodeStatus status = make_status();
  status.refused_by = ServerId(2);
  status.peers[0].catch_up_round = 1;
  status.peers[0].snapshot_bytes = 10;
  status.storage.scrub.passes = 1;
  check(status, changes_beside());
}

}  // namespace buoyant::status_fields_test
