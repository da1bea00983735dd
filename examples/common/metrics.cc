// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/metrics.h"

#include "examples/common/process_figures.h"

#include <chrono>
#include <string_view>

namespace example {

namespace {

double seconds(buoyant::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

class MetricsText {
 public:
  void gauge(std::string_view name, std::string_view help, double value) {
    head(name, help, "gauge");
    line(name, "", value);
  }

  void counter(std::string_view name, std::string_view help, double value) {
    head(name, help, "counter");
    line(name, "", value);
  }

  void head(std::string_view name, std::string_view help, std::string_view type) {
    text_.append("# HELP buoyant_").append(name).append(" ").append(help);
    text_.append("\n# TYPE buoyant_").append(name).append(" ").append(type).append("\n");
  }

  void line(std::string_view name, std::string_view labels, double value) {
    text_.append("buoyant_").append(name).append(labels).append(" ");
    // Whole numbers as such, as far as they are exact.
    constexpr double kExact = 9007199254740992.0;
    if (value >= 0 && value < kExact &&
        value == static_cast<double>(static_cast<std::uint64_t>(value))) {
      text_ += std::to_string(static_cast<std::uint64_t>(value));
    } else {
      text_ += std::to_string(value);
    }
    text_ += '\n';
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

double number(buoyant::Index index) {
  return static_cast<double>(index.value());
}

void add_log(MetricsText& text, const buoyant::NodeStatus& status) {
  text.gauge("term", "The current term.", static_cast<double>(status.standing.term.value()));
  text.gauge("leader", "The id of the leader; 0: none is known.",
             static_cast<double>(status.standing.leader.value()));
  text.gauge("is_leader", "Whether this server leads.",
             status.standing.role == buoyant::core::Role::kLeader ? 1 : 0);
  text.gauge("faulted", "Whether this server has stopped taking part.",
             status.faulted != nullptr ? 1 : 0);
  text.gauge("first_index", "The first entry in the log.", number(status.first));
  text.gauge("last_index", "The last entry in the log.", number(status.last.index));
  text.gauge("durable_index", "The last entry that is durable here.", number(status.durable));
  text.gauge("commit_index", "The last entry that is known to be committed.",
             number(status.commit));
  text.gauge("applied_index", "The last entry that is applied.", number(status.applied));
  text.gauge("snapshot_index", "The last entry that the snapshot covers.", number(status.snapshot));
}

void add_work(MetricsText& text, const buoyant::NodeStatus& status) {
  text.gauge("proposals_pending", "Proposals without an outcome.",
             static_cast<double>(status.proposals_pending));
  text.gauge("proposal_bytes_pending", "Their bytes.",
             static_cast<double>(status.proposal_bytes_pending));
  text.counter("proposals_committed_total", "Proposals that were committed.",
               static_cast<double>(status.proposals_committed));
  text.counter("proposals_refused_total", "Proposals that were certainly not committed.",
               static_cast<double>(status.proposals_refused));
  text.counter("proposals_unknown_total", "Proposals whose outcome is not known.",
               static_cast<double>(status.proposals_unknown));
  text.counter("frames_malformed_total", "Frames of peers that are not what they claim to be.",
               static_cast<double>(status.frames_malformed));
  text.gauge("entry_cache_bytes", "Bytes of entries held in memory.",
             static_cast<double>(status.entry_cache_bytes));
  text.counter("turns_total", "Turns of the node.", static_cast<double>(status.turns));
  text.counter("turns_over_budget_total", "Turns that held the loop for too long.",
               static_cast<double>(status.turns_over_budget));
  text.gauge("turn_longest_seconds", "Processor time of the longest turn.",
             seconds(status.turn_longest));
  text.counter("loop_stalls_total", "Times that the loop was held by something.",
               static_cast<double>(status.loop_stalls));
  text.gauge("loop_stall_longest_seconds", "The longest of them.",
             seconds(status.loop_stall_longest));
}

void add_peers(MetricsText& text, const buoyant::NodeStatus& status) {
  const auto labels = [](const buoyant::PeerStatus& peer) {
    return "{peer=\"" + std::to_string(peer.id.value()) + "\"}";
  };
  text.head("peer_connected", "Whether the peer is connected.", "gauge");
  for (const buoyant::PeerStatus& peer : status.peers) {
    text.line("peer_connected", labels(peer), peer.link.connected ? 1 : 0);
  }
  text.gauge("refused", "Whether this server waits to be added and a peer does not admit it.",
             status.refused_by.is_set() ? 1 : 0);
  text.head("peer_refused", "Whether this server does not admit the peer.", "gauge");
  for (const buoyant::PeerStatus& peer : status.peers) {
    text.line("peer_refused", labels(peer), *peer.refused == '\0' ? 0 : 1);
  }
  text.head("peer_match_index", "The last entry that the peer is known to have, on a leader.",
            "gauge");
  for (const buoyant::PeerStatus& peer : status.peers) {
    text.line("peer_match_index", labels(peer), number(peer.match));
  }
  text.head("peer_inflight_bytes", "Bytes sent to the peer and not acknowledged.", "gauge");
  for (const buoyant::PeerStatus& peer : status.peers) {
    text.line("peer_inflight_bytes", labels(peer), static_cast<double>(peer.inflight_bytes));
  }
}

void add_scrub(MetricsText& text, const buoyant::port::ScrubStatus& scrub) {
  text.counter("scrub_bytes_total", "Stored bytes that were read to find damage.",
               static_cast<double>(scrub.bytes));
  text.counter("scrub_passes_total", "Times that all that is stored was read without finding any.",
               static_cast<double>(scrub.passes));
  if (scrub.passes > 0) {
    text.gauge("scrub_last_pass_age_seconds", "How long ago the last of them was.",
               seconds(scrub.last_pass_age));
  }
  text.gauge("scrub_damaged", "Whether damage was found; remove the server and add it again.",
             scrub.damage ? 1 : 0);
}

void add_disk(MetricsText& text, const buoyant::NodeStatus& status) {
  text.gauge("storage_failed", "Whether a write of the log failed; restart on a good disk.",
             status.storage.poisoned ? 1 : 0);
  text.gauge("storage_space_low", "Whether there is too little space to take proposals.",
             status.storage.space == buoyant::SpaceState::kLow ? 1 : 0);
  text.gauge("storage_writes_pending", "Writes of the log that are not durable yet.",
             static_cast<double>(status.storage.writes_pending));
  text.gauge("storage_oldest_write_seconds", "How long the disk has been at its oldest write.",
             seconds(status.storage.oldest_write_age));
  add_scrub(text, status.storage.scrub);
  text.counter("snapshots_taken_total", "Snapshots that were taken here.",
               static_cast<double>(status.snapshots.taken));
  text.counter("snapshots_failed_total", "Snapshots that could not be taken.",
               static_cast<double>(status.snapshots.failed));
}

}  // namespace

std::string metrics_text(const buoyant::NodeStatus& status) {
  MetricsText text;
  add_log(text, status);
  add_work(text, status);
  add_peers(text, status);
  const ProcessFigures figures = process_figures();
  text.gauge("database_bytes", "The size of the log's file.",
             static_cast<double>(status.storage.bytes_file));
  add_disk(text, status);
  text.gauge("resident_bytes", "Memory of the process.",
             static_cast<double>(figures.resident_bytes));
  text.gauge("descriptors", "Open file descriptors.", static_cast<double>(figures.descriptors));
  return text.take();
}

}  // namespace example
