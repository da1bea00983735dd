// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The figures of a node, in the order in which they are read.

#include "report/metrics_tables.h"
#include "report/role_text.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace buoyant::report {

namespace {

constexpr MetricType kGauge = MetricType::kGauge;
constexpr MetricType kCounter = MetricType::kCounter;

using Status = NodeStatus;

double number(std::uint64_t count) {
  return static_cast<double>(count);
}

double number(Index index) {
  return number(index.value());
}

double number(bool holds) {
  return holds ? 1 : 0;
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct NodeMetric {
  const char* name;
  const char* help;
  MetricType type;
  double (*value)(const Status& status);
};

constexpr NodeMetric kStanding[] = {
    {"term", "The current term.", kGauge,
     [](const Status& status) { return number(status.standing.term.value()); }},
    {"leader", "The id of the leader; 0: none is known.", kGauge,
     [](const Status& status) { return number(status.standing.leader.value()); }},
    {"is_leader", "Whether this server leads.", kGauge,
     [](const Status& status) { return number(status.standing.role == core::Role::kLeader); }},
    {"standing_age_seconds", "Since role, term or leader last changed.", kGauge,
     [](const Status& status) {
       return seconds(std::max(status.taken_at - status.standing_since, Duration(0)));
     }},
    {"faulted", "Whether this server has stopped taking part.", kGauge,
     [](const Status& status) { return number(status.faulted != nullptr); }},
    {"closing", "Whether this server is being closed.", kGauge,
     [](const Status& status) { return number(status.closing); }},
    {"removed", "Whether this server was a member and is none any more.", kGauge,
     [](const Status& status) { return number(status.removed); }},
    {"refused", "Whether this server waits to be added and a peer does not admit it.", kGauge,
     [](const Status& status) { return number(status.refused_by.is_set()); }},
    {"transfer_target", "Whom leadership is being handed over to; 0: nobody.", kGauge,
     [](const Status& status) { return number(status.transfer_target.value()); }},
    {"configuration_index", "Where the configuration in effect stands.", kGauge,
     [](const Status& status) { return number(status.configuration_index); }},
    {"configuration_committed_index",
     "Where the newest committed one stands; less while members change.", kGauge,
     [](const Status& status) { return number(status.configuration_committed); }},
};

constexpr NodeMetric kLog[] = {
    {"first_index", "The first entry in the log.", kGauge,
     [](const Status& status) { return number(status.first); }},
    {"last_index", "The last entry in the log.", kGauge,
     [](const Status& status) { return number(status.last.index); }},
    {"last_term", "Its term.", kGauge,
     [](const Status& status) { return number(status.last.term.value()); }},
    {"durable_index", "The last entry that is durable here.", kGauge,
     [](const Status& status) { return number(status.durable); }},
    {"commit_index", "The last entry that is known to be committed.", kGauge,
     [](const Status& status) { return number(status.commit); }},
    {"applied_index", "The last entry that is applied.", kGauge,
     [](const Status& status) { return number(status.applied); }},
    {"snapshot_index", "The last entry that the snapshot covers.", kGauge,
     [](const Status& status) { return number(status.snapshot); }},
};

constexpr NodeMetric kWork[] = {
    {"proposals_pending", "Proposals without an outcome.", kGauge,
     [](const Status& status) { return number(status.proposals_pending); }},
    {"proposal_bytes_pending", "Their bytes.", kGauge,
     [](const Status& status) { return number(status.proposal_bytes_pending); }},
    {"proposals_committed_total", "Proposals that were committed.", kCounter,
     [](const Status& status) { return number(status.proposals_committed); }},
    {"proposals_refused_total", "Proposals that were certainly not committed.", kCounter,
     [](const Status& status) { return number(status.proposals_refused); }},
    {"proposals_unknown_total", "Proposals whose outcome is not known.", kCounter,
     [](const Status& status) { return number(status.proposals_unknown); }},
    {"reads_pending", "Reads without an answer.", kGauge,
     [](const Status& status) { return number(status.reads_pending); }},
    {"reads_granted_total", "Reads that were answered.", kCounter,
     [](const Status& status) { return number(status.reads_granted); }},
    {"frames_malformed_total", "Frames of peers that are not what they claim to be.", kCounter,
     [](const Status& status) { return number(status.frames_malformed); }},
    {"entry_cache_bytes", "Bytes of entries held in memory.", kGauge,
     [](const Status& status) { return number(status.entry_cache_bytes); }},
    {"turns_total", "Turns of the node.", kCounter,
     [](const Status& status) { return number(status.turns); }},
    {"turns_over_budget_total", "Turns that held the loop for too long.", kCounter,
     [](const Status& status) { return number(status.turns_over_budget); }},
    {"turn_longest_seconds", "Processor time of the longest turn.", kGauge,
     [](const Status& status) { return seconds(status.turn_longest); }},
    {"loop_stalls_total", "Times that the loop was held by something.", kCounter,
     [](const Status& status) { return number(status.loop_stalls); }},
    {"loop_stall_longest_seconds", "The longest of them.", kGauge,
     [](const Status& status) { return seconds(status.loop_stall_longest); }},
};

constexpr NodeMetric kDisk[] = {
    {"database_bytes", "The size of the log's file.", kGauge,
     [](const Status& status) { return number(status.storage.bytes_file); }},
    {"storage_used_bytes", "What the log takes of it.", kGauge,
     [](const Status& status) { return number(status.storage.bytes_used); }},
    {"storage_max_bytes", "How large the file may become; 0: not bounded.", kGauge,
     [](const Status& status) { return number(status.storage.bytes_max); }},
    {"storage_failed", "Whether a write of the log failed; restart on a good disk.", kGauge,
     [](const Status& status) { return number(status.storage.poisoned); }},
    {"storage_space_low", "Whether there is too little space to take proposals.", kGauge,
     [](const Status& status) { return number(status.storage.space == SpaceState::kLow); }},
    {"space_low", "Whether this server tells the others so.", kGauge,
     [](const Status& status) { return number(status.space == SpaceState::kLow); }},
    {"storage_writes_total", "Writes of the log that were given to the storage.", kCounter,
     [](const Status& status) { return number(status.storage.writes); }},
    {"storage_commits_total", "Times that the disk was made to keep what was written.", kCounter,
     [](const Status& status) { return number(status.storage.commits); }},
    {"storage_writes_pending", "Writes of the log that are not durable yet.", kGauge,
     [](const Status& status) { return number(status.storage.writes_pending); }},
    {"storage_oldest_write_seconds", "How long the disk has been at its oldest write.", kGauge,
     [](const Status& status) { return seconds(status.storage.oldest_write_age); }},
    {"storage_write_recent_seconds", "How long writes of the log took lately.", kGauge,
     [](const Status& status) { return seconds(status.storage_write_recent); }},
    {"scrub_bytes_total", "Stored bytes that were read to find damage.", kCounter,
     [](const Status& status) { return number(status.storage.scrub.bytes); }},
    {"scrub_passes_total", "Times that all that is stored was read without finding any.", kCounter,
     [](const Status& status) { return number(status.storage.scrub.passes); }},
    {"scrub_damaged", "Whether damage was found; remove the server and add it again.", kGauge,
     [](const Status& status) { return number(status.storage.scrub.damage.has_value()); }},
};

constexpr NodeMetric kSnapshots[] = {
    {"snapshot_bytes", "The size of the newest snapshot.", kGauge,
     [](const Status& status) { return number(status.snapshots.bytes); }},
    {"snapshot_taking", "Whether one is being taken.", kGauge,
     [](const Status& status) { return number(status.snapshots.taking); }},
    {"snapshot_installing", "Whether one is being installed.", kGauge,
     [](const Status& status) { return number(status.snapshots.installing); }},
    {"snapshot_receiving", "Whether one is coming in.", kGauge,
     [](const Status& status) { return number(status.snapshots.receiving_from.is_set()); }},
    {"snapshot_received_bytes", "What of it is here.", kGauge,
     [](const Status& status) { return number(status.snapshots.received); }},
    {"snapshot_receiving_bytes", "Its size.", kGauge,
     [](const Status& status) { return number(status.snapshots.receiving_bytes); }},
    {"snapshots_taken_total", "Snapshots that were taken here.", kCounter,
     [](const Status& status) { return number(status.snapshots.taken); }},
    {"snapshots_installed_total", "Snapshots that were installed here.", kCounter,
     [](const Status& status) { return number(status.snapshots.installed); }},
    {"snapshots_failed_total", "Snapshots that could not be taken.", kCounter,
     [](const Status& status) { return number(status.snapshots.failed); }},
    {"snapshot_failing", "Whether the last one could not be taken.", kGauge,
     [](const Status& status) { return number(*status.snapshots.trouble != '\0'); }},
};

template <std::size_t count>
void add_table(Exposition& text, const Nodes& nodes, const NodeMetric (&table)[count]) {
  for (const NodeMetric& metric : table) {
    text.begin(metric.name, metric.help, metric.type);
    for (const NodeView& node : nodes) {
      text.sample(node.labels, metric.value(*node.status));
    }
  }
}

/// What it is, as labels and states.
void add_identity(Exposition& text, const Nodes& nodes) {
  text.begin("node_info", "Which server of which cluster this is; always 1.", kGauge);
  for (const NodeView& node : nodes) {
    text.sample(join(node.labels, join(label("cluster", node.status->cluster),
                                       label("id", std::to_string(node.status->id.value())))),
                1);
  }
  text.begin("role", "1 for what this server is.", kGauge);
  for (const NodeView& node : nodes) {
    const std::string_view own = role_text(*node.status);
    for (const char* role : kRoles) {
      text.sample(join(node.labels, label("role", role)), number(own == role));
    }
  }
  text.begin("members", "Servers of the configuration in effect.", kGauge);
  for (const NodeView& node : nodes) {
    for (const MemberRole role : {MemberRole::kVoter, MemberRole::kLearner}) {
      const auto& members = node.status->configuration.members;
      const auto count =
          std::count_if(members.begin(), members.end(),
                        [role](const Member& member) { return member.role == role; });
      text.sample(join(node.labels, label("role", member_text(role))), static_cast<double>(count));
    }
  }
}

/// What there is only sometimes.
void add_rest(Exposition& text, const Nodes& nodes) {
  text.begin("scrub_last_pass_age_seconds", "How long ago the last pass of the scrub was.", kGauge);
  for (const NodeView& node : nodes) {
    if (node.status->storage.scrub.passes > 0) {
      text.sample(node.labels, seconds(node.status->storage.scrub.last_pass_age));
    }
  }
  text.begin("tls_expires_timestamp_seconds", "When the certificate expires, since 1970.", kGauge);
  for (const NodeView& node : nodes) {
    if (const auto& until = node.status->transport.secure_until) {
      text.sample(node.labels, std::chrono::duration<double>(until->time_since_epoch()).count());
    }
  }
  text.begin("troubles_total", "Connections that failed or were refused, by the reason.", kCounter);
  for (const NodeView& node : nodes) {
    for (const auto& [what, times] : node.status->transport.troubles) {
      text.sample(join(node.labels, label("what", what)), number(times));
    }
  }
}

}  // namespace

void add_node_metrics(Exposition& text, const Nodes& nodes) {
  add_table(text, nodes, kStanding);
  add_identity(text, nodes);
  add_table(text, nodes, kLog);
  add_table(text, nodes, kWork);
  add_table(text, nodes, kDisk);
  add_table(text, nodes, kSnapshots);
  add_rest(text, nodes);
}

}  // namespace buoyant::report
