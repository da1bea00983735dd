// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/transcript.h"

#include "tests/scenarios/message_text.h"

#include <algorithm>
#include <chrono>

namespace buoyant::scenarios {

namespace transcript {

std::string show(const core::Replicate& permission) {
  return "=> " + number(permission.to) + "  " + (permission.probe ? "probe" : "replicate") +
         in_term(permission.term) + " prev " + scenarios::show(permission.prev) + " through " +
         number(permission.through) + " commit " + number(permission.commit) +
         in_round(permission.round);
}

std::string change_of(const core::Standing& before, const core::Standing& now) {
  std::string text = core::role_name(before.role);
  if (now.role != before.role) {
    text += std::string(" -> ") + core::role_name(now.role);
  }
  text += ", term " + number(before.term);
  if (now.term != before.term) {
    text += " -> " + number(now.term);
  }
  text += now.leader.is_set() ? ", leader " + number(now.leader) : ", no leader";
  return text + " (" + core::cause_name(now.cause) + ")";
}

/// " 2" for a step that names a peer.
std::string peer(const core::Step& step) {
  return step.peer.is_set() ? " " + number(step.peer) : "";
}

std::string detail(const core::Step& step) {
  return *step.detail == '\0' ? "" : std::string(": ") + step.detail;
}

std::string show(const core::Step& step) {
  const std::string name = core::step_name(step.kind);
  switch (step.kind) {
    case core::StepKind::kBecameFollower:
      return name + (step.peer.is_set() ? " of" + peer(step) : "") + detail(step);
    case core::StepKind::kGrantedVote:
    case core::StepKind::kGrantedPreVote:
    case core::StepKind::kRefusedVote:
      return name + " to" + peer(step) + detail(step);
    case core::StepKind::kIgnored:
      return name + (step.peer.is_set() ? " from" + peer(step) : "") + detail(step);
    case core::StepKind::kRejectedAppend:
      return name + " of" + peer(step) + " after " + number(step.index);
    case core::StepKind::kTruncated:
      return name + " from " + number(step.index) + " on: conflicts with the log of" + peer(step);
    case core::StepKind::kProbe:
      return name + peer(step) + " from " + number(step.index) + " on" + detail(step);
    case core::StepKind::kReplicating:
      return name + " to" + peer(step) + ": the logs agree through " + number(step.index);
    case core::StepKind::kTransferring:
      return name + " to" + peer(step) + ", whose log is to reach " + number(step.index);
    case core::StepKind::kTransferEnded:
      return name + " to" + peer(step) + detail(step);
    case core::StepKind::kConfiguration:
      return name + " at " + number(step.index) + detail(step);
    case core::StepKind::kCaughtUp:
      return number(step.peer) + " " + name + " through " + number(step.index);
    case core::StepKind::kLeft:
      return number(step.peer) + " " + name + detail(step);
    case core::StepKind::kSnapshotNeeded:
      return name + " by" + peer(step) + ": the log begins after " + number(step.index);
    case core::StepKind::kSnapshotAnswered:
      return name + " by" + peer(step) +
             (step.index.is_set() ? " at " + number(step.index) : std::string()) + detail(step);
    case core::StepKind::kSnapshotTaken:
    case core::StepKind::kSnapshotInstalled:
    case core::StepKind::kSnapshotReceived:
      return name + " through " + number(step.index) + detail(step);
    case core::StepKind::kRemoved:
    case core::StepKind::kBecamePreCandidate:
    case core::StepKind::kBecameCandidate:
    case core::StepKind::kBecameLeader:
    case core::StepKind::kNoSpace:
    case core::StepKind::kFaulted:
    case core::StepKind::kSpaceLow:
    case core::StepKind::kSpaceEnough:
      break;
  }
  return name + detail(step);
}

/// Of the log, when it is not that of its first entry.
std::string beginning(const core::Raft& raft) {
  const LogPosition& snapshot = raft.snapshot().id.position;
  return !snapshot.index.is_set()
             ? std::string()
             : "  snapshot " + scenarios::show(snapshot) + "  base " + number(raft.base().index);
}

bool is_change_to(core::StepKind kind, core::Role role) {
  return (kind == core::StepKind::kBecameFollower && role == core::Role::kFollower) ||
         (kind == core::StepKind::kBecamePreCandidate && role == core::Role::kPreCandidate) ||
         (kind == core::StepKind::kBecameCandidate && role == core::Role::kCandidate) ||
         (kind == core::StepKind::kBecameLeader && role == core::Role::kLeader);
}

/// The steps in their order. The last change of role tells the whole standing.
void show_steps(const core::Ready& ready, const core::Standing& before, Lines& lines) {
  const core::Step* last_change = nullptr;
  for (const core::Step& step : ready.steps) {
    if (ready.standing && is_change_to(step.kind, ready.standing->role)) {
      last_change = &step;
    }
  }
  for (const core::Step& step : ready.steps) {
    lines.push_back(&step == last_change ? change_of(before, *ready.standing) : show(step));
  }
  if (ready.standing && last_change == nullptr) {
    lines.push_back(change_of(before, *ready.standing));
  }
}

}  // namespace transcript

std::string show(const core::Write& write) {
  std::string text = "write " + transcript::number(write.id) + ":";
  const char* separator = " ";
  const auto add = [&](const std::string& part) {
    text += separator + part;
    separator = ", ";
  };
  if (write.hard_state) {
    const ServerId vote = write.hard_state->voted_for;
    add("term " + transcript::number(write.hard_state->term) +
        (vote.is_set() ? " vote " + transcript::number(vote) : " no vote"));
  }
  if (write.truncate_from) {
    add("truncate from " + transcript::number(*write.truncate_from) + " on");
  }
  if (!write.append.empty()) {
    add(transcript::entries(write.append, write.runs));
  }
  for (const core::CreatedEntry& created : write.created) {
    add(transcript::number(created.index) + " is a " +
        (created.configuration ? "configuration: " + show(*created.configuration) : "no-op"));
  }
  if (write.snapshot) {
    add(std::string(write.compact_through ? "snapshot" : "the log is the snapshot") + " through " +
        show(write.snapshot->id.position));
  }
  if (write.compact_through) {
    add("compact through " + transcript::number(*write.compact_through));
  }
  if (write.after_no_space) {
    add("after no space");
  }
  return text;
}

std::string show(const Configuration& configuration) {
  const auto names = [](const std::vector<Member>& members) {
    std::string voters;
    std::string learners;
    for (const Member& member : members) {
      std::string& list = member.role == MemberRole::kVoter ? voters : learners;
      list += " " + transcript::number(member.id);
      list += member.address == "s" ? "" : " at " + member.address;
    }
    return "voters" + voters + (learners.empty() ? "" : ", learners" + learners);
  };
  return configuration.is_joint()
             ? "from " + names(configuration.outgoing) + " to " + names(configuration.members)
             : names(configuration.members);
}

std::string show(IndexRange range) {
  const std::string first = transcript::number(range.first);
  return range.first == range.last ? first : first + ".." + transcript::number(range.last);
}

std::string show(const LogPosition& position) {
  return transcript::number(position.index) + " (term " + transcript::number(position.term) + ")";
}

std::string show_to_send(ServerId to, const core_cluster::Letter& letter, WriteId after) {
  return "-> " + transcript::number(to) + "  " + show(letter) +
         (after.is_set() ? "  [after write " + transcript::number(after) + "]" : "");
}

Lines show(const core::Ready& ready, const core::Standing& before,
           const core_cluster::Server& server) {
  Lines lines;
  transcript::show_steps(ready, before, lines);
  if (!ready.write.empty()) {
    lines.push_back(show(ready.write));
  }
  for (const core::Envelope& envelope : ready.messages) {
    lines.push_back(
        show_to_send(envelope.to, core_cluster::letter_of(envelope.message), envelope.after));
  }
  for (const core::Replicate& permission : ready.replicate) {
    lines.push_back(transcript::show(permission));
  }
  for (const ServerId id : ready.snapshots) {
    lines.push_back("=> " + transcript::number(id) + "  the snapshot");
  }
  if (ready.install) {
    lines.push_back("install the snapshot through " + show(ready.install->id.position));
  }
  if (const IndexRange applies = core_cluster::to_apply(server, ready); !applies.empty()) {
    lines.push_back("apply " + show(applies));
  }
  for (const core::ReadGrant& grant : ready.reads) {
    lines.push_back("reads " + std::to_string(grant.first) + ".." + std::to_string(grant.last) +
                    " at " + transcript::number(grant.index));
  }
  if (ready.reads_ended_through != 0) {
    lines.push_back("open reads end, through " + std::to_string(ready.reads_ended_through));
  }
  for (const core::ChangeOutcome& outcome : ready.changes) {
    lines.push_back("change " + std::to_string(outcome.number) +
                    (outcome.index.is_set() ? " is done at " + transcript::number(outcome.index)
                                            : std::string(" ends: ") + errc_name(outcome.refusal)));
  }
  if (ready.configuration) {
    lines.push_back("configuration of " + transcript::number(ready.configuration->index) +
                    " is in effect: " + show(ready.configuration->configuration));
  }
  return lines;
}

std::string show_state(const core_cluster::Server& server) {
  if (server.raft == nullptr) {
    return "down";
  }
  const core::Raft& raft = *server.raft;
  if (raft.fault_reason() != nullptr) {
    return std::string("faulted: ") + raft.fault_reason();
  }
  std::string role = core::role_name(raft.standing().role);
  role.resize(std::max<std::size_t>(role.size(), 13), ' ');
  const auto id = [](ServerId server_id) {
    return server_id.is_set() ? transcript::number(server_id) : std::string("-");
  };
  return role + " term " + transcript::number(raft.hard_state().term) + "  vote " +
         id(raft.hard_state().voted_for) + "  leader " + id(raft.standing().leader) + "  last " +
         show(raft.last()) + "  durable " + transcript::number(raft.durable_index()) + "  commit " +
         transcript::number(raft.commit_index()) + "  applied " +
         transcript::number(server.applied) + transcript::beginning(raft);
}

std::string show_log(const core_cluster::Server& server) {
  const bool is_down = server.raft == nullptr;
  const Index base = is_down ? server.durable_base.index : server.raft->base().index;
  const Index durable = is_down ? Index(server.log.size()) : server.raft->durable_index();
  std::string text = "log";
  if (base.is_set()) {
    const std::string compacted = ".." + transcript::number(base);
    text += (durable < base ? " [" + compacted + "]" : " " + compacted) + " |";
  }
  const std::size_t shown_durable = std::max(base, durable).value();
  for (std::size_t i = base.value(); i < server.log.size(); ++i) {
    text += i == shown_durable ? " [" : " ";
    text += transcript::number(server.log[i].term);
  }
  return text + (server.log.size() > shown_durable ? "]" : "");
}

Lines show_progress(const core_cluster::Server& server) {
  Lines lines;
  for (const core::PeerProgress& peer : server.raft->progress()) {
    lines.push_back(
        "of " + transcript::number(peer.id) + ": " + core::progress_name(peer.state) + ", match " +
        transcript::number(peer.match) + ", next " + transcript::number(peer.next) +
        (peer.reachable ? "" : ", unreachable") + (peer.leaving ? ", leaving" : "") +
        (peer.catch_up_round == 0 ? ""
                                  : ", catches up in round " + std::to_string(peer.catch_up_round) +
                                        " to " + transcript::number(peer.catch_up_goal)));
  }
  return lines;
}

std::string show_snapshot(const SnapshotMetadata& snapshot) {
  const LogPosition& position = snapshot.id.position;
  return position.index.is_set() ? ", snapshot through " + show(position) : "";
}

std::string show_time(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration);
  return std::to_string(ms.count()) + " ms";
}

}  // namespace buoyant::scenarios
