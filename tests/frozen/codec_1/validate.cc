// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/frozen/codec_1/validate.h"

#include "buoyant/base/error.h"

namespace buoyant::flatbuf_1 {

namespace {

template <class Number>
bool in_range(Number number) noexcept {
  return number.value() <= kNumberMax;
}

/// A term that an election has begun.
bool is_begun(Term term) noexcept {
  return term.is_set() && in_range(term);
}

/// Zero as a whole, or a term and an index.
bool is_position(const LogPosition& position) noexcept {
  return in_range(position.term) && in_range(position.index) &&
         position.term.is_set() == position.index.is_set();
}

bool is_known(SpaceState space) noexcept {
  return space <= SpaceState::kLow;
}

Defect defect_of_id(const SnapshotId& id) noexcept {
  const bool complete = id.position.index.is_set() && id.creator.is_set();
  return complete && is_position(id.position) ? nullptr : "a snapshot of nothing or of nobody";
}

/// Of a reply that either succeeded, with an index, or was refused.
Defect defect_of_answer(bool succeeded, Index index, Errc refusal) noexcept {
  if (!in_range(index)) {
    return "index out of range";
  }
  const bool clear = succeeded ? refusal == Errc::kNotLeader : !index.is_set();
  return clear ? nullptr : "granted and refused";
}

Defect defect_of_runs(const AppendEntries& message) noexcept {
  Term previous = message.prev.term;
  std::uint64_t left = kNumberMax - message.prev.index.value();
  bool first = true;
  for (const TermRun& run : message.runs) {
    // Equal terms are one run: else the same entries would have several forms.
    if (!run.term.is_set() || run.term < previous || (!first && run.term == previous)) {
      return "terms of entries do not rise";
    }
    if (run.term > message.term) {
      return "an entry is of a later term than its leader";
    }
    if (run.count == 0 || run.count > left) {
      return "a run of terms is empty or too long";
    }
    left -= run.count;
    previous = run.term;
    first = false;
  }
  return nullptr;
}

Defect defect_of_identity(const Identity& identity) noexcept {
  if (identity.cluster.empty() || identity.cluster.size() > kClusterBytesMax) {
    return "the cluster id is empty or too long";
  }
  return identity.server.is_set() ? nullptr : "no server id";
}

Defect defect_of_result(const ForwardResult& result) noexcept {
  if (result.count == 0 || result.count > kNumberMax || result.first_sequence > kNumberMax) {
    return "sequence out of range";
  }
  if (!is_position(result.first)) {
    return "half a position";
  }
  if (result.first.index.is_set()) {
    if (result.count - 1 > kNumberMax - result.first.index.value()) {
      return "index out of range";
    }
    return result.refusal == Errc::kNotLeader ? nullptr : "accepted and refused";
  }
  // A refusal promises that the proposals are in no log.
  return errc_outcome(result.refusal) == Outcome::kNotCommitted ? nullptr : "an unclear refusal";
}

}  // namespace

Defect defect_of(const RequestVote& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  if (!is_position(message.last)) {
    return "half a position";
  }
  return message.last.term <= message.term ? nullptr : "the log is ahead of its candidate";
}

Defect defect_of(const RequestVoteReply& message) noexcept {
  // A server that never voted or heard of a leader refuses in term zero.
  const bool valid = message.granted ? is_begun(message.term) : in_range(message.term);
  return valid ? nullptr : "term out of range";
}

Defect defect_of(const AppendEntries& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  if (!is_position(message.prev)) {
    return "half a position";
  }
  if (message.prev.term > message.term) {
    return "the log is ahead of its leader";
  }
  if (!in_range(message.commit) || !in_range(message.round)) {
    return "commit index or round out of range";
  }
  if (Defect defect = defect_of_runs(message)) {
    return defect;
  }
  for (const ConfigurationAt& at : message.configurations) {
    if (at.configuration.empty()) {
      return "a configuration without members";
    }
  }
  return nullptr;
}

Defect defect_of(const AppendEntriesReply& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  if (!in_range(message.match) || !in_range(message.rejected) || !in_range(message.round)) {
    return "index or round out of range";
  }
  if (!is_position(message.hint)) {
    return "half a position";
  }
  if (!is_known(message.space)) {
    return "no state of space";
  }
  if (message.accepted) {
    const bool rejects = message.rejected.is_set() || message.hint.index.is_set();
    return rejects ? "accepted and rejected" : nullptr;
  }
  if (message.match.is_set()) {
    return "rejected and accepted";
  }
  if (message.hint.index > message.rejected || message.hint.term > message.term) {
    return "the hint is ahead of what was rejected";
  }
  return nullptr;
}

Defect defect_of(const Heartbeat& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  const bool valid = in_range(message.commit) && in_range(message.round);
  return valid ? nullptr : "commit index or round out of range";
}

Defect defect_of(const HeartbeatReply& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  if (!is_known(message.space) || message.preference > Preference::kAvoid) {
    return "no state of space, or no preference";
  }
  const bool valid = in_range(message.received) && in_range(message.round);
  return valid ? nullptr : "index or round out of range";
}

Defect defect_of(const TimeoutNow& message) noexcept {
  return is_begun(message.term) ? nullptr : "term out of range";
}

Defect defect_of(const Forward& message) noexcept {
  return message.first_sequence <= kNumberMax ? nullptr : "sequence out of range";
}

Defect defect_of(const ForwardReply& message) noexcept {
  std::uint64_t next = 0;
  for (const ForwardResult& result : message.results) {
    if (Defect defect = defect_of_result(result)) {
      return defect;
    }
    // Each proposal is looked up once at most, however many results there are.
    if (result.first_sequence < next) {
      return "results out of order";
    }
    next = result.first_sequence + result.count;
  }
  return nullptr;
}

Defect defect_of(const InstallSnapshot& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  const SnapshotMetadata& snapshot = message.snapshot;
  if (Defect defect = defect_of_id(snapshot.id)) {
    return defect;
  }
  if (snapshot.id.position.term > message.term) {
    return "the snapshot is ahead of its leader";
  }
  if (snapshot.configuration.empty() || !snapshot.configuration_index.is_set() ||
      snapshot.configuration_index > snapshot.id.position.index) {
    return "a snapshot without a configuration";
  }
  const bool inside = snapshot.bytes <= kNumberMax && message.offset <= snapshot.bytes;
  return inside ? nullptr : "a part beyond the end of its snapshot";
}

Defect defect_of(const InstallSnapshotReply& message) noexcept {
  if (!is_begun(message.term)) {
    return "term out of range";
  }
  if (Defect defect = defect_of_id(message.snapshot)) {
    return defect;
  }
  if (message.progress > InstallProgress::kRefused || message.offset > kNumberMax) {
    return "progress out of range";
  }
  return nullptr;
}

Defect defect_of(const ReadRequest& message) noexcept {
  return message.sequence <= kNumberMax ? nullptr : "sequence out of range";
}

Defect defect_of(const ReadReply& message) noexcept {
  return message.sequence <= kNumberMax
             ? defect_of_answer(message.granted, message.index, message.refusal)
             : "sequence out of range";
}

Defect defect_of(const ControlRequest& message) noexcept {
  if (message.sequence > kNumberMax || !in_range(message.based_on)) {
    return "sequence or index out of range";
  }
  switch (message.kind) {
    case ControlKind::kChangeMembership:
      return !message.members.empty() && !message.target.is_set() ? nullptr : "not a change";
    case ControlKind::kTransfer:
      return message.members.empty() && !message.based_on.is_set() ? nullptr : "not a transfer";
  }
  return "a request of a later version";
}

Defect defect_of(const ControlReply& message) noexcept {
  return message.sequence <= kNumberMax
             ? defect_of_answer(message.done, message.index, message.refusal)
             : "sequence out of range";
}

Defect defect_of(const Hello& hello) noexcept {
  if (hello.purpose > LinkPurpose::kSnapshots) {
    return "a purpose of a later version";
  }
  if (hello.version_min == 0 || hello.version_min > hello.version_max) {
    return "no range of versions";
  }
  if (!hello.expected.is_set()) {
    return "nobody is expected";
  }
  if (!in_range(hello.configuration_index)) {
    return "index out of range";
  }
  return defect_of_identity(hello.identity);
}

Defect defect_of(const HelloReply& reply) noexcept {
  if (reply.refusal == Refusal::kNone && reply.version == 0) {
    return "accepted without a version";
  }
  if (!in_range(reply.configuration_index)) {
    return "index out of range";
  }
  return defect_of_identity(reply.identity);
}

}  // namespace buoyant::flatbuf_1
