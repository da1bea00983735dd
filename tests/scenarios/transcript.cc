// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/transcript.h"

#include <algorithm>
#include <chrono>
#include <variant>

namespace buoyant::scenarios {

namespace transcript {

template <class Number>
std::string number(Number value) {
  return std::to_string(value.value());
}

std::string in_term(Term term) {
  return " term " + number(term);
}

std::string in_round(Round round) {
  return " round " + number(round);
}

/// "entries 3..5 (terms 2 2 3)".
std::string entries(IndexRange indexes, const std::vector<TermRun>& runs) {
  std::string text = indexes.count() == 1 ? "entry " : "entries ";
  text += scenarios::show(indexes) + (runs.size() == 1 ? " (term" : " (terms");
  for (const TermRun& run : runs) {
    const std::uint64_t shown = runs.size() == 1 ? 1 : run.count;
    for (std::uint64_t i = 0; i < shown; ++i) {
      text += " " + number(run.term);
    }
  }
  return text + ")";
}

std::string body(const RequestVote& message) {
  return (message.pre_vote ? " pre-vote" : "") + in_term(message.term) + " last " +
         show(message.last) + " campaign " + std::to_string(message.campaign) +
         (message.transfer ? " transfer" : "");
}

std::string body(const RequestVoteReply& message) {
  return (message.pre_vote ? " pre-vote" : "") +
         std::string(message.granted ? " granted" : " refused") + in_term(message.term) +
         " campaign " + std::to_string(message.campaign);
}

std::string body(const AppendEntries& message) {
  const IndexRange carried{.first = message.prev.index.next(), .last = message.last()};
  std::string configurations;
  for (const ConfigurationAt& at : message.configurations) {
    configurations += ", " + number(at.index) + " is a configuration";
  }
  return in_term(message.term) + " prev " + show(message.prev) + " " +
         (carried.empty() ? "no entries" : entries(carried, message.runs)) + configurations +
         " commit " + number(message.commit) + in_round(message.round);
}

/// What is the rule is not said.
std::string in_space(SpaceState space) {
  return space == SpaceState::kLow ? " space low" : "";
}

std::string in_preference(Preference preference) {
  switch (preference) {
    case Preference::kNormal:
      break;
    case Preference::kPrefer:
      return " prefers to lead";
    case Preference::kAvoid:
      return " avoids to lead";
  }
  return "";
}

std::string promise(std::uint32_t promise_ms) {
  return promise_ms == 0 ? "" : " promises " + std::to_string(promise_ms) + " ms";
}

std::string body(const AppendEntriesReply& message) {
  const std::string answer =
      message.accepted ? " match " + number(message.match)
                       : " rejected " + number(message.rejected) + " hint " + show(message.hint);
  return in_term(message.term) + answer + in_round(message.round) +
         promise(message.lease_promise_ms) + in_space(message.space);
}

std::string body(const Heartbeat& message) {
  return in_term(message.term) + " commit " + number(message.commit) + in_round(message.round);
}

std::string body(const HeartbeatReply& message) {
  return in_term(message.term) + in_round(message.round) + " received " + number(message.received) +
         promise(message.lease_promise_ms) + in_space(message.space) +
         in_preference(message.preference);
}

std::string body(const TimeoutNow& message) {
  return in_term(message.term);
}

std::string show(const core::Replicate& permission) {
  return "=> " + number(permission.to) + "  " + (permission.probe ? "probe" : "replicate") +
         in_term(permission.term) + " prev " + scenarios::show(permission.prev) + " through " +
         number(permission.through) + " commit " + number(permission.commit) +
         in_round(permission.round);
}

std::string show(const core::Envelope& envelope) {
  std::string text = "-> " + number(envelope.to) + "  " + scenarios::show(envelope.message);
  if (envelope.after.is_set()) {
    text += "  [after write " + number(envelope.after) + "]";
  }
  return text;
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
      return name + " from" + peer(step) + detail(step);
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
    case core::StepKind::kSnapshotAnswered:
      return name + " by" + peer(step) + " at " + number(step.index) + detail(step);
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

std::string kind_of(const Message& message) {
  static constexpr const char* kNames[] = {
      "RequestVote", "RequestVoteReply", "AppendEntries", "AppendEntriesReply",
      "Heartbeat",   "HeartbeatReply",   "TimeoutNow"};
  static_assert(std::size(kNames) == std::variant_size_v<Message>);
  return kNames[message.index()];
}

std::string show(const Message& message) {
  return kind_of(message) +
         std::visit([](const auto& each) { return transcript::body(each); }, message);
}

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

Lines show(const core::Ready& ready, const core::Standing& before, Index applied) {
  Lines lines;
  transcript::show_steps(ready, before, lines);
  if (!ready.write.empty()) {
    lines.push_back(show(ready.write));
  }
  for (const core::Envelope& envelope : ready.messages) {
    lines.push_back(transcript::show(envelope));
  }
  for (const core::Replicate& permission : ready.replicate) {
    lines.push_back(transcript::show(permission));
  }
  for (const ServerId id : ready.snapshots) {
    lines.push_back("needs a snapshot: " + transcript::number(id));
  }
  if (ready.apply_through > applied) {
    lines.push_back("apply " +
                    show(IndexRange{.first = applied.next(), .last = ready.apply_through}));
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
         transcript::number(server.applied);
}

std::string show_log(const core_cluster::Server& server) {
  const std::size_t durable =
      server.raft == nullptr ? server.log.size() : server.raft->durable_index().value();
  std::string text = "log";
  for (std::size_t i = 0; i < server.log.size(); ++i) {
    text += i == durable ? " [" : " ";
    text += transcript::number(server.log[i].term);
  }
  return text + (server.log.size() > durable ? "]" : "");
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

std::string show_time(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration);
  return std::to_string(ms.count()) + " ms";
}

}  // namespace buoyant::scenarios
