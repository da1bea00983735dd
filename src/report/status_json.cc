// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/report.h"
#include "report/json_parts.h"
#include "report/role_text.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace buoyant {

namespace report {

namespace {

ordered_json histogram_of(const LatencyHistogram& histogram) {
  const auto count = static_cast<std::int64_t>(std::max(histogram.count(), std::uint64_t{1}));
  return {{"count", histogram.count()},
          {"p50_ms", milliseconds(histogram.percentile(50))},
          {"p99_ms", milliseconds(histogram.percentile(99))},
          {"max_ms", milliseconds(histogram.longest())},
          {"mean_ms", milliseconds(histogram.sum() / count)}};
}

ordered_json latencies_of(const Latencies& latencies) {
  return {{"queue", histogram_of(latencies.queue)},
          {"disk", histogram_of(latencies.disk)},
          {"network", histogram_of(latencies.network)},
          {"apply", histogram_of(latencies.apply)},
          {"total", histogram_of(latencies.total)},
          {"read", histogram_of(latencies.read)},
          {"storage_write", histogram_of(latencies.storage_write)}};
}

ordered_json refused_of(const NodeStatus& status) {
  if (!status.refused_by.is_set()) {
    return nullptr;
  }
  return "peer " + std::to_string(status.refused_by.value()) + ": " + status.refused;
}

/// Null: peers are in the clear. Else seconds since 1970, and from now.
ordered_json tls_of(const port::TransportStatus& transport) {
  if (!transport.secure_until) {
    return nullptr;
  }
  const auto seconds = [](std::chrono::system_clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  };
  return {{"expires", seconds(transport.secure_until->time_since_epoch())},
          {"expires_in", seconds(*transport.secure_until - std::chrono::system_clock::now())}};
}

ordered_json troubles_of(const port::TransportStatus& transport) {
  ordered_json troubles = ordered_json::object();
  for (const auto& [what, count] : transport.troubles) {
    troubles[std::string(what)] = count;
  }
  return troubles;
}

void add_fault(ordered_json& json, const NodeStatus& status) {
  if (status.faulted != nullptr) {
    json["faulted"] = status.faulted;
    json["to_do"] = kFaultAdvice;
  } else {
    json["faulted"] = nullptr;
  }
}

/// The fields that were there first, in their order.
void add_standing(ordered_json& json, const NodeStatus& status) {
  json["id"] = status.id.value();
  json["cluster"] = status.cluster;
  json["role"] = role_text(status);
  json["term"] = status.standing.term.value();
  json["leader"] = status.standing.leader.value();
  json["cause"] = cause_name(status.standing.cause);
  json["commit"] = status.commit.value();
  json["applied"] = status.applied.value();
  json["first"] = status.first.value();
  json["last"] = status.last.index.value();
  json["durable"] = status.durable.value();
  json["snapshot"] = status.snapshot.value();
  json["members"] = members_of(status.configuration.members);
  json["peers"] = peers_of(status);
  json["refused"] = refused_of(status);
  json["pending"] = status.proposals_pending;
}

/// What came later.
void add_rest(ordered_json& json, const NodeStatus& status) {
  json["clock_ms"] = milliseconds(status.taken_at.since_start());
  json["standing_age_ms"] = milliseconds(status.taken_at - status.standing_since);
  json["last_term"] = status.last.term.value();
  json["removed"] = status.removed;
  json["closing"] = status.closing;
  json["transfer_target"] = status.transfer_target.value();
  json["configuration"] = {{"index", status.configuration_index.value()},
                           {"committed", status.configuration_committed.value()},
                           {"outgoing", members_of(status.configuration.outgoing)}};
  json["space_told"] = space_text(status.space);
  json["proposals"] = {{"pending", status.proposals_pending},
                       {"pending_bytes", status.proposal_bytes_pending},
                       {"committed", status.proposals_committed},
                       {"refused", status.proposals_refused},
                       {"unknown", status.proposals_unknown}};
  json["reads"] = {{"pending", status.reads_pending}, {"granted", status.reads_granted}};
  json["entry_cache"] = status.entry_cache_bytes;
  json["frames_malformed"] = status.frames_malformed;
  json["turns"] = {{"count", status.turns},
                   {"over_budget", status.turns_over_budget},
                   {"loop_stalls", status.loop_stalls}};
}

std::string line_of(const NodeStatus& status, const Latencies* latencies,
                    const ProcessFigures& process) {
  ordered_json json;
  add_standing(json, status);
  json["rss"] = process.resident_bytes;
  json["fds"] = process.descriptors;
  json["db"] = status.storage.bytes_file;
  json["space"] = space_text(status.storage.space);
  json["storage"] = storage_of(status);
  json["snapshots"] = snapshots_of(status.snapshots);
  json["tls"] = tls_of(status.transport);
  json["troubles"] = troubles_of(status.transport);
  json["turn_longest_ms"] = milliseconds(status.turn_longest);
  json["loop_stall_longest_ms"] = milliseconds(status.loop_stall_longest);
  add_fault(json, status);
  add_rest(json, status);
  if (latencies != nullptr) {
    json["latencies"] = latencies_of(*latencies);
  }
  return one_line(json);
}

}  // namespace

}  // namespace report

std::string status_json(const NodeStatus& status, const ProcessFigures& process) {
  return report::line_of(status, nullptr, process);
}

std::string status_json(const NodeStatus& status, const Latencies& latencies,
                        const ProcessFigures& process) {
  return report::line_of(status, &latencies, process);
}

}  // namespace buoyant
