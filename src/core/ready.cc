// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/core/ready.h"

namespace buoyant::core {

const char* role_name(Role role) noexcept {
  switch (role) {
    case Role::kFollower:
      return "follower";
    case Role::kPreCandidate:
      return "pre-candidate";
    case Role::kCandidate:
      return "candidate";
    case Role::kLeader:
      return "leader";
  }
  return "?";
}

const char* cause_name(Cause cause) noexcept {
  switch (cause) {
    case Cause::kStarted:
      return "started";
    case Cause::kElectionTimeout:
      return "no leader was heard of in time";
    case Cause::kToldToCampaign:
      return "the leader handed over";
    case Cause::kPreVoteWon:
      return "a quorum would vote for it";
    case Cause::kElectionWon:
      return "a quorum voted for it";
    case Cause::kHigherTerm:
      return "a later term came up";
    case Cause::kLeaderFound:
      return "the leader of the term made itself known";
    case Cause::kQuorumLost:
      return "no majority was heard of";
    case Cause::kDiskStalled:
      return "the disk is stalled";
    case Cause::kNoSpace:
      return "the disk is full";
    case Cause::kMajorityFull:
      return "the disks of a majority are full";
    case Cause::kFaulted:
      return "the node is faulted";
    case Cause::kElectionLost:
      return "too many refused to vote for it";
    case Cause::kRemoved:
      return "it is no voter any more";
  }
  return "?";
}

const char* step_name(StepKind kind) noexcept {
  switch (kind) {
    case StepKind::kBecameFollower:
      return "became follower";
    case StepKind::kBecamePreCandidate:
      return "became pre-candidate";
    case StepKind::kBecameCandidate:
      return "became candidate";
    case StepKind::kBecameLeader:
      return "became leader";
    case StepKind::kGrantedVote:
      return "granted vote";
    case StepKind::kGrantedPreVote:
      return "granted pre-vote";
    case StepKind::kRefusedVote:
      return "refused vote";
    case StepKind::kIgnored:
      return "ignored";
    case StepKind::kRejectedAppend:
      return "rejected append";
    case StepKind::kTruncated:
      return "truncated";
    case StepKind::kProbe:
      return "probing";
    case StepKind::kReplicating:
      return "replicating";
    case StepKind::kNoSpace:
      return "no space";
    case StepKind::kFaulted:
      return "faulted";
    case StepKind::kSnapshotTaken:
      return "snapshot taken";
    case StepKind::kSnapshotNeeded:
      return "snapshot needed";
    case StepKind::kSnapshotAnswered:
      return "snapshot answered";
    case StepKind::kSnapshotInstalled:
      return "snapshot installed";
    case StepKind::kSnapshotReceived:
      return "snapshot received";
    case StepKind::kTransferring:
      return "handing over";
    case StepKind::kTransferEnded:
      return "handed nothing over";
    case StepKind::kSpaceLow:
      return "space is low";
    case StepKind::kSpaceEnough:
      return "space is enough";
    case StepKind::kConfiguration:
      return "appended a configuration";
    case StepKind::kCaughtUp:
      return "caught up";
    case StepKind::kLeft:
      return "left";
    case StepKind::kRemoved:
      return "is told that it was removed";
  }
  return "?";
}

}  // namespace buoyant::core
