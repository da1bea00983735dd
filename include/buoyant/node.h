// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Node: one server of a replicated log, on the host's event loop.
///
/// **One thread.** Every call is made on the loop thread, every callback runs there.
/// **Never re-entrant.** No callback runs inside a call of the user.
/// **Exactly once.** A refused call returns an error and its callback never runs; an accepted
/// one runs its callback exactly once, at the latest when the node closes.
/// **Fault, not abort.** Broken storage or an impossible message makes the node faulted: it
/// answers nothing more, says why in status(), and the process lives.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/base/result.h"
#include "buoyant/latencies.h"
#include "buoyant/model/configuration.h"
#include "buoyant/node_options.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/event_loop.h"
#include "buoyant/port/observer.h"
#include "buoyant/port/snapshot_store.h"
#include "buoyant/port/state_machine.h"
#include "buoyant/port/storage.h"
#include "buoyant/port/transport.h"
#include "buoyant/status.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace buoyant {

/// A proposal that was committed, and applied on this server.
struct Applied {
  LogPosition position;
  /// What the state machine here replied to it.
  Bytes reply;
};

/// What a node is made of. It owns the ports, and borrows the state machine and the observer
/// until its close callback.
struct NodePorts {
  std::unique_ptr<port::EventLoop> loop;
  std::unique_ptr<port::Storage> storage;
  std::unique_ptr<port::Transport> transport;
  std::unique_ptr<port::Codec> codec;
  /// Optional: without it no snapshot is taken, sent or received, and the log is kept whole.
  std::unique_ptr<port::SnapshotStore> snapshots;
  StateMachine* state_machine = nullptr;
  Observer* observer = nullptr;  ///< Optional.
};

/// How sure a read must be; see Node::read.
enum class ReadMode : std::uint8_t {
  kLinearizable,  ///< The leader asks a quorum whether it still leads (§6.4).
  kLease,         ///< The leader's lease is good enough (§6.4.1), if there is one.
};

/// How old the state machine here may be; see Node::staleness.
struct Staleness {
  Index applied;
  /// Everything that was acknowledged to anybody longer ago than this is applied here.
  /// Duration::max(): nothing is known.
  Duration age;
};

/// The index that is applied here: what the state machine holds is linearizable.
using ReadDone = std::function<void(Result<Index>)>;
using ProposeDone = std::function<void(Result<Applied>)>;
using BootstrapDone = std::function<void(Result<void>)>;
using SnapshotDone = std::function<void(Result<SnapshotMetadata>)>;
/// Where the new configuration stands.
using ChangeDone = std::function<void(Result<Index>)>;
using TransferDone = std::function<void(Result<ServerId>)>;
using CloseDone = std::function<void()>;

class Node {
 public:
  /// Restores from storage and begins to take part.
  /// Errors: kInvalidOptions, kStorageCorrupt (a stored configuration does not decode),
  /// kStorageCorrupt (log, snapshot and state machine do not fit together, or the snapshot's file
  /// is missing), kWrongIdentity, kWrongCluster (the storage belongs to another server or cluster).
  /// On error the ports are destroyed, which they must allow before being started.
  static Result<std::unique_ptr<Node>> open(NodeOptions options, NodePorts ports);

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  /// Closes in the background if close was not called: what libuv still holds frees itself, and
  /// the state machine and the observer are called no more. Open callbacks still run, from the
  /// loop, as at close.
  virtual ~Node() = default;

  /// Gives an empty server its first configuration: one identical first entry on all initial
  /// voters. Idempotent: with the same list as before it does nothing and succeeds.
  /// Errors: kInvalidConfiguration (also: this server is not in it, or a different list was
  /// bootstrapped before), kStopped, kFaulted.
  /// Callback: when the entry is durable here; kStorageFull (nothing was written, try again when
  /// there is space); kOutcomeUnknown at close and on fault.
  virtual Result<void> bootstrap(std::vector<Member> members, BootstrapDone done) = 0;

  /// Replicates `payload` and applies it everywhere.
  /// Errors: kNotLeader (and forwarding is off), kNoLeader, kBusy (a bound is reached, or the
  /// leader hands over), kStorageFull (too many disks are nearly full), kTooLarge, kStopped,
  /// kFaulted.
  /// Callback: when it is applied here; kSuperseded (certainly not committed), a refusal of
  /// the leader it was forwarded to, or kOutcomeUnknown (leadership changed and nothing was
  /// learnt within 5 election timeouts, connection lost after forwarding, close, fault).
  virtual Result<void> propose(Bytes payload, ProposeDone done) = 0;

  /// Changes who takes part to exactly `members` (§4), whatever the difference: servers are added,
  /// removed, promoted, demoted or found at another address. New voters learn the log first, as
  /// learners; if they do not catch up within catch_up_timeout they stay that. `based_on` is
  /// status().configuration_index of the configuration that `members` was made from. A new server
  /// is started on an empty directory, without bootstrap, and waits.
  /// Any server may be asked; a follower passes it on to the leader.
  /// Errors: kNoLeader, kInvalidConfiguration, kNotReady (the leader is new, try again),
  /// kChangeInProgress, kStaleConfiguration, kBusy (controls_max), kStopped, kFaulted.
  /// Callback: when the new configuration is committed, with its index; what the leader refused it
  /// with; kNotCaughtUp (also: a majority of the target's voters was not heard of, or another
  /// change, without the new voter, ended the waiting for it); kOutcomeUnknown (leadership changed,
  /// the connection to the leader was lost after it was asked, close, fault): see status() for what
  /// it came to.
  virtual Result<void> change_membership(std::vector<Member> members, Index based_on,
                                         ChangeDone done) = 0;

  /// Takes a snapshot of what is applied here, and compacts the log behind it, as the options
  /// say (§5.1). One that is under way serves; when nothing was applied since the last one, that
  /// does.
  /// Errors: kNotReady (no store, or nothing was applied), kBusy (64 calls wait), kStopped,
  /// kFaulted.
  /// Callback: when it is durable, and the log names it; the error of the store or of the state
  /// machine (the log is kept, and it is tried again if the options ask for it); kSuperseded (a
  /// snapshot of the leader was faster); kNotReady (the state machine gives none);
  /// kOutcomeUnknown at close and on fault.
  virtual Result<void> take_snapshot(SnapshotDone done) = 0;
  /// Makes sure that what the state machine here holds is new enough to be read: when `done` runs
  /// without an error, everything that was acknowledged anywhere before this call is applied here,
  /// and the user reads its own memory. On any server; costs no write. kLease trusts the clocks
  /// as far as NodeOptions::clock_drift_max says, and is as kLinearizable when there is no lease.
  /// Errors: kNoLeader (this server was removed), kBusy (reads_max), kStopped, kFaulted.
  /// Callback: when that is so; kNoLeader (none confirmed it within 5 election timeouts),
  /// kNotReady (confirmed, but not applied here by then), kStopped, kFaulted. A read has no
  /// effects, so it may always be tried again.
  virtual Result<void> read(ReadMode mode, ReadDone done) = 0;

  /// For those who may read something older without waiting: how old it may be, at most. Measured
  /// from the call of the newest read that was answered here. When that is a heartbeat ago or
  /// more, this call has a new one asked for, for the next who wants to know; so the first answer
  /// after a long time is an old one.
  [[nodiscard]] virtual Staleness staleness() const = 0;

  /// Hands leadership over to `to`, or (zero) to the best voter other than the leader (§3.10).
  /// Any server may be asked; a follower passes it on to the leader. Meanwhile the leader refuses
  /// proposals as kBusy; if the target does not take over within an election timeout it goes on.
  /// To the leader itself: succeeds.
  /// Errors: kNoLeader, kInvalidConfiguration (`to` does not vote), kNotReady (it is not
  /// connected to the leader), kBusy (a transfer to another server is under way, or controls_max),
  /// kStopped, kFaulted.
  /// Callback: who leads now; what the leader refused it with; kTransferFailed (not in time, or
  /// somebody else leads now; the target may still campaign); kOutcomeUnknown (the connection to
  /// the leader was lost after it was asked, close, fault).
  virtual Result<void> transfer(ServerId to, TransferDone done) = 0;

  [[nodiscard]] virtual NodeStatus status() const = 0;

  /// How long proposals, reads and writes took since the node was opened, by stage. A copy of some
  /// 25 KiB; apart from status(), which is asked for more often.
  [[nodiscard]] virtual Latencies latencies() const = 0;

  /// The most recent steps with their reasons, oldest first.
  [[nodiscard]] virtual std::vector<TraceStep> trace() const = 0;

  /// Stops: open proposals end as kOutcomeUnknown, connections and storage close. `done` runs
  /// once, from the loop, when nothing of the node is left in it; also for repeated calls. Only
  /// when the node is closed already it runs inside this call: there is no loop to come back from.
  /// Bounded in time even when the disk hangs.
  virtual void close(CloseDone done) = 0;

 protected:
  Node() = default;
};

}  // namespace buoyant
