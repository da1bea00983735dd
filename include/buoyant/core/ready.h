// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Ready: everything that the world must do because of the inputs since the last take_ready().
#pragma once

#include "buoyant/base/error.h"
#include "buoyant/base/export.h"
#include "buoyant/base/time.h"
#include "buoyant/model/entry.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/ids.h"
#include "buoyant/model/message.h"
#include "buoyant/model/snapshot.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace buoyant::core {

enum class Role : std::uint8_t { kFollower, kPreCandidate, kCandidate, kLeader };

BUOYANT_EXPORT const char* role_name(Role role) noexcept;

/// Why role, term or leader changed.
enum class Cause : std::uint8_t {
  kStarted,          ///< Restored from storage.
  kElectionTimeout,  ///< No leader was heard of in time (§3.4).
  kToldToCampaign,   ///< TimeoutNow (§3.10).
  kPreVoteWon,       ///< A quorum would vote for this server (§9.6).
  kElectionWon,      ///< A quorum voted for this server (§3.4).
  kHigherTerm,       ///< A message of a later term came (§3.3).
  kLeaderFound,      ///< The leader of the term made itself known.
  kQuorumLost,       ///< Check-quorum: no majority was heard of (§6.2).
  kDiskStalled,      ///< A write is older than the disk-stall limit.
  kNoSpace,          ///< The leader's disk is full.
  kMajorityFull,     ///< The disks of a majority are, before an entry of the term was committed.
  kFaulted,          ///< Storage failed or an impossible message came.
  kElectionLost,     ///< So many refused that no quorum is left to vote for it.
  kRemoved,          ///< The leader is no voter any more (§4.2.2), or this server no member.
};

BUOYANT_EXPORT const char* cause_name(Cause cause) noexcept;

/// Role, term and leader, and why they are what they are.
struct Standing {
  Role role = Role::kFollower;
  Term term;
  ServerId leader;  ///< Zero: none known.
  Cause cause = Cause::kStarted;

  friend bool operator==(const Standing&, const Standing&) = default;
};

/// An entry that the core made: a no-op or a configuration. The node encodes it.
struct CreatedEntry {
  Index index;
  Term term;
  std::optional<Configuration> configuration;  ///< Absent: a no-op.

  friend bool operator==(const CreatedEntry&, const CreatedEntry&) = default;
};

/// One atomic, numbered write to storage. The entries are named by position; the node has their
/// bytes.
struct Write {
  WriteId id;  ///< Zero: nothing to write.
  std::optional<HardState> hard_state;
  std::optional<Index> truncate_from;
  /// The entries to append, and their terms.
  IndexRange append;
  std::vector<TermRun> runs;
  /// Those of the appended entries that the core made.
  std::vector<CreatedEntry> created;
  /// The current snapshot from now on. Without `compact_through` it replaces the log, before
  /// `append` (§5.2); with it, it was taken here and the log goes on (§5.1).
  std::optional<SnapshotMetadata> snapshot;
  /// Entries up to here are dropped, after `append`.
  std::optional<Index> compact_through;
  /// See port::StorageWrite::after_no_space.
  bool after_no_space = false;

  [[nodiscard]] bool empty() const noexcept { return !id.is_set(); }

  friend bool operator==(const Write&, const Write&) = default;
};

/// A message that may leave once a write is durable.
struct Envelope {
  ServerId to;
  WriteId after;  ///< Zero: at once.
  Message message;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// Permission to send entries (prev.index, through] to a follower. It may overtake the
/// leader's own write (§10.2.1). The node sends as many frames as its byte window allows and
/// reports them with Raft::replicated, or why it could not with Raft::replicate_failed. What is
/// not reported is granted again by the next Ready.
struct Replicate {
  ServerId to;
  Term term;
  LogPosition prev;
  Index through;  ///< At least prev.index; equal: an empty AppendEntries that probes.
  Index commit;
  Round round;
  /// The logs are not known to agree at prev: send one frame and wait.
  bool probe = false;

  friend bool operator==(const Replicate&, const Replicate&) = default;
};

/// A group of reads that may be answered once `index` is applied (§6.4). One that a lease had
/// answered at once may be in a later group again.
struct ReadGrant {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Index index;

  friend bool operator==(const ReadGrant&, const ReadGrant&) = default;
};

/// What became of a change of membership (§4).
struct ChangeOutcome {
  /// What Raft::change_membership gave.
  std::uint64_t number = 0;
  /// Where the target stands, committed. Zero: it does not.
  Index index;
  /// Then: why. kNotCaughtUp: certainly not, new voters are learners. kOutcomeUnknown:
  /// leadership was lost, a later leader may complete it.
  Errc refusal = Errc::kOutcomeUnknown;

  friend bool operator==(const ChangeOutcome&, const ChangeOutcome&) = default;
};

/// What happened, for the trace.
enum class StepKind : std::uint8_t {
  kBecameFollower,
  kBecamePreCandidate,
  kBecameCandidate,
  kBecameLeader,
  kGrantedVote,
  kGrantedPreVote,
  kRefusedVote,     ///< `detail`: why.
  kIgnored,         ///< A message was dropped; `detail`: why.
  kRejectedAppend,  ///< `index`: the prev that did not match.
  kTruncated,       ///< `index`: the first entry that was dropped.
  kProbe,           ///< A follower went back to probing, from `index` on; `detail`: why.
  kReplicating,     ///< A follower's log agrees; entries are pipelined.
  kNoSpace,
  kSnapshotTaken,      ///< `index`: what it covers.
  kSnapshotNeeded,     ///< A follower needs entries that were compacted; `index`: our base.
  kSnapshotAnswered,   ///< What became of a snapshot that was sent; `index`: its; `detail`: what.
  kSnapshotInstalled,  ///< The state machine has it; `index`: its.
  kSnapshotReceived,   ///< `index`: its; `detail`: what it does to the log.
  kFaulted,            ///< `detail`: why.
  kTransferring,       ///< Leadership is handed over to `peer`, whose log is wanted up to `index`.
  kTransferEnded,      ///< It goes on here; `detail`: why.
  kSpaceLow,           ///< Space on the disk is low.
  kSpaceEnough,        ///< There is enough again.
  kConfiguration,      ///< A leader appended a configuration, at `index`; `detail`: what for.
  kCaughtUp,           ///< A new voter has the log up to `index` (§4.2.1).
  kLeft,               ///< A server that is no member any more is not followed on; `detail`: why.
  kRemoved,            ///< A peer says that this server is no member any more.
};

BUOYANT_EXPORT const char* step_name(StepKind kind) noexcept;

/// One line of the trace.
struct Step {
  StepKind kind = StepKind::kIgnored;
  Term term;
  ServerId peer;
  Index index;
  const char* detail = "";  ///< Static storage.
};

/// Whether followers that have all entries are told the commit index now. Held: the next
/// take_ready() tells them, unless an entry that is proposed until then takes it along.
enum class CommitNotices : std::uint8_t { kSend, kHold };

/// What the world must do because of the inputs since the last take_ready(), fields in the
/// order in which they are to be carried out.
struct Ready {
  Write write;
  /// Each says which write it waits for.
  std::vector<Envelope> messages;
  std::vector<Replicate> replicate;
  /// A notice of the commit index was held.
  bool holds_commit_notices = false;
  /// Followers that need entries which were compacted away (§5): once each, until the core is
  /// told what became of it (Raft::snapshot_answered, snapshot_failed) or the follower is
  /// probed anew for another reason.
  std::vector<ServerId> snapshots;
  /// The log begins with this snapshot, durably: the state machine has to install it before it
  /// applies anything more. A later one replaces one that is not installed yet.
  std::optional<SnapshotMetadata> install;
  /// min(committed, durable here); never decreases. Entries before Raft::base() are not there
  /// to be applied any more: an installation is on its way.
  Index apply_through;
  std::vector<ReadGrant> reads;
  /// Reads with numbers up to this one that were not granted never will be; zero: none ended.
  std::uint64_t reads_ended_through = 0;
  /// Changes of membership that are over; each once.
  std::vector<ChangeOutcome> changes;
  /// Role, term or leader changed.
  std::optional<Standing> standing;
  /// The configuration in effect changed.
  std::optional<ConfigurationAt> configuration;
  /// At most kStepsMax; for the trace only.
  std::vector<Step> steps;
  /// Call advance_time() then; Instant::never() for none.
  Instant deadline = Instant::never();

  static constexpr std::size_t kStepsMax = 64;
};

}  // namespace buoyant::core
