// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Short names for the plain values that tests of the core are made of.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/core/ready.h"
#include "buoyant/core/restored_state.h"
#include "buoyant/model/configuration.h"
#include "buoyant/model/message.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::tests {

constexpr ServerId id(std::uint64_t value) {
  return ServerId(value);
}

constexpr LogPosition pos(std::uint64_t term, std::uint64_t index) {
  return {.term = Term(term), .index = Index(index)};
}

constexpr TermRun run(std::uint64_t term, std::uint64_t count) {
  return {.term = Term(term), .count = count};
}

constexpr IndexRange range(std::uint64_t first, std::uint64_t last) {
  return {.first = Index(first), .last = Index(last)};
}

/// No entry, behind the last one.
constexpr IndexRange nothing_after(std::uint64_t last) {
  return {.first = Index(last + 1), .last = Index(last)};
}

inline Member voter(std::uint64_t server) {
  return {.id = id(server), .address = "server-" + std::to_string(server)};
}

inline Member learner(std::uint64_t server) {
  return {.id = id(server),
          .address = "server-" + std::to_string(server),
          .role = MemberRole::kLearner};
}

/// Servers 1 to `count` vote.
inline Configuration voters(std::uint64_t count) {
  Configuration configuration;
  for (std::uint64_t server = 1; server <= count; ++server) {
    configuration.members.push_back(voter(server));
  }
  return configuration;
}

/// What a server finds on its disk whose first entry, of term 1, is `configuration`, and whose
/// following entries are `runs`. The term is that of the last entry.
inline core::RestoredState stored(Configuration configuration, std::vector<TermRun> runs = {}) {
  core::RestoredState state;
  append_run(state.runs, Term(1), 1);
  for (const TermRun& more : runs) {
    append_run(state.runs, more.term, more.count);
  }
  state.hard_state.term = state.runs.back().term;
  state.configurations.push_back({.index = Index(1), .configuration = std::move(configuration)});
  return state;
}

inline AppendEntries append(std::uint64_t term, LogPosition prev, std::vector<TermRun> runs,
                            std::uint64_t commit = 0, std::uint64_t round = 0) {
  return {.term = Term(term),
          .prev = prev,
          .commit = Index(commit),
          .round = Round(round),
          .runs = std::move(runs),
          .configurations = {}};
}

inline AppendEntriesReply accepted(std::uint64_t term, std::uint64_t match,
                                   std::uint64_t round = 0) {
  return {.term = Term(term),
          .accepted = true,
          .match = Index(match),
          .rejected = {},
          .hint = {},
          .round = Round(round)};
}

inline AppendEntriesReply rejected(std::uint64_t term, std::uint64_t prev, LogPosition hint,
                                   std::uint64_t round = 0) {
  return {.term = Term(term),
          .accepted = false,
          .match = {},
          .rejected = Index(prev),
          .hint = hint,
          .round = Round(round)};
}

inline Heartbeat heartbeat(std::uint64_t term, std::uint64_t commit, std::uint64_t round) {
  return {.term = Term(term), .commit = Index(commit), .round = Round(round)};
}

inline HeartbeatReply heartbeat_reply(std::uint64_t term, std::uint64_t round,
                                      std::uint64_t received) {
  return {.term = Term(term), .round = Round(round), .received = Index(received)};
}

/// A snapshot that covers the log up to `position`, with the configuration of index 1.
inline SnapshotMetadata snapshot_at(LogPosition position, Configuration configuration,
                                    std::uint64_t creator = 2) {
  return {.id = {.position = position, .creator = id(creator), .sequence = 1, .checksum = 7},
          .configuration = std::move(configuration),
          .configuration_index = Index(1),
          .bytes = 100};
}

inline InstallSnapshotReply snapshot_reply(std::uint64_t term, const SnapshotMetadata& snapshot,
                                           InstallProgress progress) {
  return {.term = Term(term), .snapshot = snapshot.id, .progress = progress};
}

inline RequestVote request_vote(std::uint64_t term, LogPosition last, std::uint64_t campaign = 1) {
  return {
      .term = Term(term), .last = last, .pre_vote = false, .transfer = false, .campaign = campaign};
}

inline RequestVote request_pre_vote(std::uint64_t term, LogPosition last,
                                    std::uint64_t campaign = 1) {
  return {
      .term = Term(term), .last = last, .pre_vote = true, .transfer = false, .campaign = campaign};
}

/// The same, because the leader told the candidate to.
inline RequestVote transferred(RequestVote request) {
  request.transfer = true;
  return request;
}

inline RequestVoteReply vote(std::uint64_t term, bool granted, std::uint64_t campaign = 1) {
  return {.term = Term(term), .granted = granted, .pre_vote = false, .campaign = campaign};
}

inline RequestVoteReply pre_vote(std::uint64_t term, bool granted, std::uint64_t campaign = 1) {
  return {.term = Term(term), .granted = granted, .pre_vote = true, .campaign = campaign};
}

inline core::Envelope envelope(std::uint64_t to, Message message, std::uint64_t after = 0) {
  return {.to = id(to), .after = WriteId(after), .message = std::move(message)};
}

inline core::Standing standing(core::Role role, std::uint64_t term, std::uint64_t leader,
                               core::Cause cause) {
  return {.role = role, .term = Term(term), .leader = id(leader), .cause = cause};
}

}  // namespace buoyant::tests
