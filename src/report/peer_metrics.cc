// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The figures of each peer. Those that only a leader knows are given by leaders alone: the zero
/// of a follower would look like a peer without a log.

#include "report/metrics_tables.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace buoyant::report {

namespace {

constexpr MetricType kGauge = MetricType::kGauge;
constexpr MetricType kCounter = MetricType::kCounter;

double number(std::uint64_t count) {
  return static_cast<double>(count);
}

double number(bool holds) {
  return holds ? 1 : 0;
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct PeerMetric {
  const char* name;
  const char* help;
  MetricType type;
  double (*value)(const PeerStatus& peer, const NodeStatus& status);
};

constexpr PeerMetric kLinks[] = {
    {"peer_connected", "Whether the peer is connected.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.connected); }},
    {"peer_accepted", "Whether the peer is connected to this server.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.accepted); }},
    {"peer_refused", "Whether this server does not admit the peer.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(*peer.refused != '\0'); }},
    {"peer_voter", "Whether the peer votes.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(peer.role == MemberRole::kVoter);
     }},
    {"peer_queued_bytes", "Bytes that wait to be written to the peer.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.queued_bytes); }},
    {"peer_frames_sent_total", "Frames that were sent to the peer.", kCounter,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.frames_sent); }},
    {"peer_sent_bytes_total", "Bytes that were sent to the peer.", kCounter,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.bytes_sent); }},
    {"peer_reconnects_total", "Times that the peer was dialled again.", kCounter,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.link.reconnects); }},
    {"peer_snapshot_link_connected", "Whether the connection for snapshots is there.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(peer.link.snapshots.connected);
     }},
    {"peer_snapshot_link_queued_bytes", "Bytes that wait to be written to it.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(peer.link.snapshots.queued_bytes);
     }},
    {"peer_snapshot_link_sent_bytes_total", "Bytes that were sent on it.", kCounter,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(peer.link.snapshots.bytes_sent);
     }},
};

/// Of a leader.
constexpr PeerMetric kProgress[] = {
    {"peer_lag_entries", "Entries of the leader's log that the peer is not known to have.", kGauge,
     [](const PeerStatus& peer, const NodeStatus& status) {
       return status.last.index > peer.match ? number(status.last.index - peer.match) : 0;
     }},
    {"peer_next_index", "The next entry that is sent to the peer.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.next.value()); }},
    {"peer_silent_seconds", "Since something was heard of the peer.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return seconds(peer.silent); }},
    {"peer_acknowledgement_seconds", "How long entries took lately until the peer had them.",
     kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return seconds(peer.acknowledgement); }},
    {"peer_space_low", "Whether the peer says that its disk is nearly full.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(peer.space == SpaceState::kLow);
     }},
    {"peer_leaving", "Whether the peer is no member any more and does not know yet.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.leaving); }},
    {"peer_catch_up_round", "The round in which a new voter learns the log; 0: it does not.",
     kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(std::uint64_t{peer.catch_up_round});
     }},
    {"peer_snapshot_sent_bytes", "What the peer has of the snapshot that is sent to it.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.snapshot_sent); }},
    {"peer_snapshot_bytes", "The size of that snapshot; 0: none is sent.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.snapshot_bytes); }},
};

/// On every server, as they have been from the beginning; zero where it does not lead.
constexpr PeerMetric kEverywhere[] = {
    {"peer_match_index", "The last entry that the peer is known to have, on a leader.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) { return number(peer.match.value()); }},
    {"peer_inflight_bytes", "Bytes sent to the peer and not acknowledged.", kGauge,
     [](const PeerStatus& peer, const NodeStatus&) {
       return number(std::uint64_t{peer.inflight_bytes});
     }},
};

std::string labels_of(const NodeView& node, const PeerStatus& peer) {
  return join(node.labels, label("peer", std::to_string(peer.id.value())));
}

template <std::size_t count>
void add_table(Exposition& text, const Nodes& nodes, const PeerMetric (&table)[count],
               bool of_leaders) {
  for (const PeerMetric& metric : table) {
    text.begin(metric.name, metric.help, metric.type);
    for (const NodeView& node : nodes) {
      if (of_leaders && node.status->standing.role != core::Role::kLeader) {
        continue;
      }
      for (const PeerStatus& peer : node.status->peers) {
        text.sample(labels_of(node, peer), metric.value(peer, *node.status));
      }
    }
  }
}

void add_states(Exposition& text, const Nodes& nodes) {
  using core::ProgressState;
  text.begin("peer_state", "1 for how replication to the peer goes.", kGauge);
  for (const NodeView& node : nodes) {
    if (node.status->standing.role != core::Role::kLeader) {
      continue;
    }
    for (const PeerStatus& peer : node.status->peers) {
      for (const ProgressState state :
           {ProgressState::kProbe, ProgressState::kReplicate, ProgressState::kSnapshot}) {
        text.sample(join(labels_of(node, peer), label("state", progress_name(state))),
                    number(peer.state == state));
      }
    }
  }
}

}  // namespace

void add_peer_metrics(Exposition& text, const Nodes& nodes) {
  add_table(text, nodes, kLinks, false);
  add_table(text, nodes, kEverywhere, false);
  add_table(text, nodes, kProgress, true);
  add_states(text, nodes);
}

}  // namespace buoyant::report
