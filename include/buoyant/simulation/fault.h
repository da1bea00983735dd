// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The kinds of faults that a simulated world can have. Each seed draws a subset (swarm testing):
/// a world with everything at once hides what a few faults alone would show.
#pragma once

#include "buoyant/base/export.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation {

// clang-format off
/// Enumerator, name, sentence.
#define BUOYANT_SIMULATION_FAULTS(X)                                                              \
  X(kDelay,         "delay",          "links are slow, with spikes")                              \
  X(kLoss,          "loss",           "single frames are lost")                                   \
  X(kDuplication,   "duplication",    "frames of the protocol arrive twice")                      \
  X(kReordering,    "reordering",     "frames of the protocol overtake each other")               \
  X(kOldFrames,     "old_frames",     "frames arrive again much later, in another term")          \
  X(kFragments,     "fragments",      "bytes arrive in pieces of any size")                       \
  X(kBitFlips,      "bit_flips",      "bytes are changed on the way")                             \
  X(kReset,         "reset",          "connections end at random")                                \
  X(kHalfOpen,      "half_open",      "one side does not learn that a connection ended")          \
  X(kClog,          "clog",           "one direction of a link stands still for a while")         \
  X(kPartition,     "partition",      "groups of servers cannot reach each other")                \
  X(kOneWay,        "one_way",        "a server can send and not hear, or hear and not send")     \
  X(kCrash,         "crash",          "servers stop at any time and start again")                 \
  X(kCrashAtWrite,  "crash_at_write", "servers stop around a write: before, after, at truncation")\
  X(kClusterCrash,  "cluster_crash",  "all servers stop at once")                                 \
  X(kRestart,       "restart",        "nodes are closed and opened again")                        \
  X(kSlowDisk,      "slow_disk",      "writes and reads take long on some servers")               \
  X(kStuckDisk,     "stuck_disk",     "writes do not come back for a while")                      \
  X(kFullDisk,      "full_disk",      "disks are full for a while")                               \
  X(kFailedWrite,   "failed_write",   "a write fails, durable or not")                            \
  X(kFailedRead,    "failed_read",    "reads fail")                                               \
  X(kCorruptRecord, "corrupt_record", "stored entries go bad, never the last good copy")          \
  X(kClocks,        "clocks",         "clocks differ and run at different speeds")                \
  X(kPause,         "pause",          "processes stand still and go on")                          \
  X(kLateSockets,   "late_sockets",   "after a pause, timers fire before the sockets are read")   \
  X(kSlowApply,     "slow_apply",     "the state machine finishes later")                         \
  X(kTightLimits,   "tight_limits",   "queues, batches, windows and caches are small")            \
  X(kBadLink,       "bad_link",       "one link never heals")                                     \
  X(kDeadMinority,  "dead_minority",  "a minority of the servers is never healed")                \
  X(kSnapshotLinks, "snapshot_links", "connections for snapshots break and stand still, others not")\
  X(kTransfer,      "transfer",       "leadership is handed over, through any server, to anybody")\
  X(kPreferences,   "preferences",    "servers prefer or avoid to lead")                          \
  X(kLowDisk,       "low_disk",       "space runs low on some disks, and then out, and returns") \
  X(kStrandedLeader, "stranded_leader", "a leader stands still, and is cut off when it goes on") \
  X(kSnapshots,     "snapshots",      "snapshots are taken often, and sent in small parts")\
  X(kMembership,    "membership",     "servers are added, removed, replaced, promoted, demoted")
// clang-format on

enum class Fault : std::uint8_t {
#define BUOYANT_SIMULATION_FAULT(enumerator, name, sentence) enumerator,
  BUOYANT_SIMULATION_FAULTS(BUOYANT_SIMULATION_FAULT)
#undef BUOYANT_SIMULATION_FAULT
};

#define BUOYANT_SIMULATION_FAULT(enumerator, name, sentence) +1
inline constexpr std::size_t kFaults = 0 BUOYANT_SIMULATION_FAULTS(BUOYANT_SIMULATION_FAULT);
#undef BUOYANT_SIMULATION_FAULT

/// "delay". Static storage.
BUOYANT_EXPORT const char* fault_name(Fault fault) noexcept;

/// One sentence. Static storage.
BUOYANT_EXPORT const char* fault_sentence(Fault fault) noexcept;

/// Nothing: there is no fault of this name.
BUOYANT_EXPORT std::optional<Fault> fault_of(std::string_view name) noexcept;

/// A set of faults.
class BUOYANT_EXPORT FaultSet {
 public:
  FaultSet() = default;

  FaultSet(std::initializer_list<Fault> faults) {
    for (const Fault fault : faults) {
      add(fault);
    }
  }

  static FaultSet all() noexcept;

  void add(Fault fault) noexcept { bits_.set(static_cast<std::size_t>(fault)); }

  void remove(Fault fault) noexcept { bits_.reset(static_cast<std::size_t>(fault)); }

  [[nodiscard]] bool has(Fault fault) const noexcept {
    return bits_.test(static_cast<std::size_t>(fault));
  }

  [[nodiscard]] std::size_t size() const noexcept { return bits_.count(); }

  /// In the order of the list above.
  [[nodiscard]] std::vector<Fault> list() const;

  /// "delay,loss"; "none" for the empty set.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const FaultSet&, const FaultSet&) = default;

 private:
  std::bitset<kFaults> bits_;
};

}  // namespace buoyant::simulation
