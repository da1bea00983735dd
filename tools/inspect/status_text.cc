// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/status_text.h"

#include "tools/common/describe.h"

#include <algorithm>

namespace buoyant::inspect_tool {

namespace {

using tools::hex;
using tools::Json;
using tools::json_of;
using tools::number;
using tools::text_of;
using tools::text_of_bytes;

/// Of a long log only the newest are listed; JSON has all.
constexpr std::size_t kShownMax = 8;

std::string line(const char* name, const std::string& text) {
  std::string head = name;
  head.resize(std::max<std::size_t>(head.size() + 1, 16), ' ');
  return head + text + "\n";
}

std::string use(const Status& status) {
  std::string text = status.running ? "running (process " +
                                          number(static_cast<std::uint64_t>(*status.running)) + ")"
                                    : std::string("stopped");
  if (status.markers.poison) {
    text += "; POISON: a write failed, the next start writes the log's end again";
  }
  if (status.markers.unfinished_creation && !status.running) {
    text += "; a first start did not get to its end";
  }
  if (status.markers.unfinished_compaction && !status.running) {
    text += "; a compaction did not get to its end (compacting.mdb is of no use)";
  }
  return text;
}

std::string log_of(const Status& status) {
  const auto& state = status.facts.state;
  if (state.last == state.base.index) {
    return "no entries behind " + text_of(state.base);
  }
  return number(state.last - state.base.index) + " entries, " +
         number(state.base.index.next().value()) + " to " + number(state.last.value()) +
         " (of term " + number(status.last().term.value()) + ")";
}

std::string journal_of(const Status& status) {
  return status.journal_batches == 0
             ? std::string()
             : "; the last " + number(status.journal_entries) + " entries in the journal, " +
                   number(status.journal_batches) + " batches, " +
                   text_of_bytes(status.journal_bytes);
}

std::string runs_of(const Status& status) {
  const auto& runs = status.facts.runs;
  Index first = status.facts.state.base.index.next();
  std::string text;
  for (std::size_t at = 0; at < runs.size(); ++at) {
    if (at + kShownMax >= runs.size()) {
      text += text.empty() ? "" : ", ";
      text += number(runs[at].term.value()) + " from " + number(first.value());
    }
    first = first + runs[at].count;
  }
  const std::size_t hidden = runs.size() - std::min(runs.size(), kShownMax);
  return (hidden == 0 ? "" : number(hidden) + " older, ") + text;
}

std::string configurations_of(const Status& status) {
  const auto& all = status.configurations;
  if (all.empty()) {
    return line("members", "none: this server waits to be added, or for its first start");
  }
  std::string text;
  for (std::size_t back = 0; back < all.size(); ++back) {
    const ConfigurationAt& at = all[all.size() - 1 - back];
    if (back == kShownMax) {
      text += line("", number(all.size() - back) + " older");
      break;
    }
    text += line(back == 0 ? "members" : "  before",
                 "since entry " + number(at.index.value()) + ": " + text_of(at.configuration));
  }
  return text;
}

std::string snapshot_of(const Status& status) {
  const SnapshotMetadata& snapshot = status.facts.snapshot;
  if (!snapshot.id.position.index.is_set()) {
    return "none";
  }
  const SnapshotFigures* const file = status.named_snapshot();
  const std::string state = file == nullptr         ? "ITS FILE IS MISSING"
                            : file->problem.empty() ? ""
                                                    : "ITS FILE IS DAMAGED: " + file->problem;
  return "through " + text_of(snapshot.id.position) + ", " + text_of_bytes(snapshot.bytes) +
         (state.empty() ? "" : "; " + state);
}

std::string file_line(const Status& status, const SnapshotFigures& figures) {
  std::string text = figures.file.name + ", " + text_of_bytes(figures.file.bytes);
  const bool is_named = &figures == status.named_snapshot();
  if (figures.file.kind == SnapshotFile::Kind::kIncoming && figures.metadata) {
    text += ", " +
            number(figures.received * 100 / std::max<std::uint64_t>(figures.metadata->bytes, 1)) +
            " % of " + text_of(figures.metadata->id.position) + " is here";
  } else if (figures.file.kind != SnapshotFile::Kind::kComplete) {
    text += ", incomplete";
  } else if (figures.metadata) {
    text += ", " + text_of(figures.metadata->id.position) + ", made by server " +
            number(figures.metadata->id.creator.value());
  }
  text += is_named ? ", the log's" : "";
  return line("  file", text + (figures.problem.empty() ? "" : "; DAMAGED: " + figures.problem));
}

std::string space_of(const Status& status) {
  const std::string reusable =
      status.reusable_bytes ? text_of_bytes(*status.reusable_bytes) : "not known how much";
  return "data.mdb " + text_of_bytes(status.file_bytes) + ", used " +
         text_of_bytes(status.used_bytes) + ", of these reusable " + reusable +
         (status.disk_free ? "; free on the disk " + text_of_bytes(*status.disk_free) : "");
}

Json json_of_file(const Status& status, const SnapshotFigures& figures) {
  Json json = {{"name", figures.file.name},
               {"kind", text_of(figures.file.kind)},
               {"bytes", figures.file.bytes},
               {"named_by_log", &figures == status.named_snapshot()},
               {"problem", figures.problem}};
  if (figures.metadata) {
    json["position"] = json_of(figures.metadata->id.position);
    json["creator"] = figures.metadata->id.creator.value();
    json["contents_bytes"] = figures.metadata->bytes;
  }
  if (figures.file.kind == SnapshotFile::Kind::kIncoming) {
    json["received_bytes"] = figures.received;
  }
  return json;
}

Json json_of_snapshot(const Status& status) {
  const SnapshotMetadata& snapshot = status.facts.snapshot;
  if (!snapshot.id.position.index.is_set()) {
    return nullptr;
  }
  const SnapshotFigures* const file = status.named_snapshot();
  return {{"position", json_of(snapshot.id.position)},
          {"creator", snapshot.id.creator.value()},
          {"checksum", hex(snapshot.id.checksum)},
          {"configuration_index", snapshot.configuration_index.value()},
          {"bytes", snapshot.bytes},
          {"file", file == nullptr         ? "missing"
                   : file->problem.empty() ? "there"
                                           : "damaged"}};
}

Json json_of_log(const Status& status) {
  const auto& state = status.facts.state;
  Json runs = Json::array();
  Index first = state.base.index.next();
  for (const TermRun& run : status.facts.runs) {
    runs.push_back({{"term", run.term.value()}, {"first", first.value()}, {"count", run.count}});
    first = first + run.count;
  }
  return {{"first", state.base.index.next().value()},
          {"last", json_of(status.last())},
          {"base", json_of(state.base)},
          {"entries", state.last - state.base.index},
          {"records", status.tables.log.values},
          {"bytes", status.tables.log.pages() * status.page_bytes},
          {"journal",
           {{"entries", status.journal_entries},
            {"batches", status.journal_batches},
            {"bytes", status.journal_bytes}}},
          {"bootstrap", hex(state.bootstrap)},
          {"runs", runs}};
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

std::string to_text(const Status& status) {
  const Identity& identity = status.facts.identity;
  const HardState& hard_state = status.facts.state.hard_state;
  std::string text =
      line("server", number(identity.server.value()) + " of cluster \"" + identity.cluster +
                         "\", incarnation " + hex(identity.incarnation) + ", started " +
                         number(identity.start_counter) + " times") +
      line("now", use(status)) +
      line("term", number(hard_state.term.value()) +
                       (hard_state.voted_for.is_set()
                            ? ", voted for " + number(hard_state.voted_for.value())
                            : ", no vote")) +
      line("log", log_of(status)) +
      line("", number(status.tables.log.values) + " records, " +
                   text_of_bytes(status.tables.log.pages() * status.page_bytes) +
                   journal_of(status));
  text += status.facts.runs.empty() ? "" : line("terms", runs_of(status));
  text += configurations_of(status) + line("snapshot", snapshot_of(status));
  for (const SnapshotFigures& figures : status.snapshots) {
    text += file_line(status, figures);
  }
  return text + line("space", space_of(status));
}

std::string to_json(const Status& status) {
  const Identity& identity = status.facts.identity;
  const HardState& hard_state = status.facts.state.hard_state;
  Json configurations = Json::array();
  for (const ConfigurationAt& at : status.configurations) {
    configurations.push_back({{"index", at.index.value()},
                              {"members", json_of(at.configuration.members)},
                              {"outgoing", json_of(at.configuration.outgoing)}});
  }
  Json files = Json::array();
  for (const SnapshotFigures& figures : status.snapshots) {
    files.push_back(json_of_file(status, figures));
  }
  Json peers = Json::array();
  for (const PeerIdentity& peer : status.facts.peers) {
    peers.push_back({{"server", peer.server.value()},
                     {"incarnation", hex(peer.incarnation)},
                     {"start_counter", peer.start_counter},
                     {"since", peer.since.value()}});
  }
  return tools::dumped({{"directory", status.directory},
                        {"cluster", identity.cluster},
                        {"server", identity.server.value()},
                        {"incarnation", hex(identity.incarnation)},
                        {"start_counter", identity.start_counter},
                        {"running", or_null(status.running)},
                        {"poison", status.markers.poison},
                        {"unfinished_creation", status.markers.unfinished_creation},
                        {"unfinished_compaction", status.markers.unfinished_compaction},
                        {"term", hard_state.term.value()},
                        {"voted_for", hard_state.voted_for.value()},
                        {"log", json_of_log(status)},
                        {"configurations", configurations},
                        {"snapshot", json_of_snapshot(status)},
                        {"snapshot_files", files},
                        {"peers", peers},
                        {"space",
                         {{"file", status.file_bytes},
                          {"used", status.used_bytes},
                          {"reusable", or_null(status.reusable_bytes)},
                          {"disk_free", or_null(status.disk_free)}}}});
}

}  // namespace buoyant::inspect_tool
