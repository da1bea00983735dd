// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What somebody who listens to a run hears of it: each event in words, and in numbers.
///
/// The kinds, and the numbers of those that have any:
///
///   start              run                     a process begins
///   crash, close, closed, lost                 a process ends; lost: for good
///   release            earlier                 what its next process is of; 0: the present one
///   faulted                                    a node does not take part any more
///   standing           role, term, leader      as core::Role counts; 0: no leader
///   configuration      index                   the configuration in effect
///   state *            commit, applied, durable, last, first, snapshot, membership
///                                              membership: 0 none, 1 voter, 2 learner, 3 removed
///   send, receive      peer, checksum, type    a frame: of its body; as FrameType counts
///   lose, repeat, delay *   peer, checksum     what a fault does to a frame that was just sent
///   cut, join *        peer                    from here to there nothing passes, or does again
///   block, unblock, bad_link   peer            a fault of a link begins or ends; several overlap
///   reset, half_open                           a connection ends
///   write              id, truncate from, first, entries              is submitted
///   durable            id, outcome             a write ended, as port::WriteOutcome counts
///   hard_state         term, voted for         is durable
///   entry              index, term, checksum   is durable
///   truncated, snapshot, compacted   index     is durable
///   apply              index, checksum         a command
///   capture, install   index                   a snapshot, of the state machine or into it
///   pause, strand      ns                      a process stands still
///   resume *                                   and goes on
///   slow_disk, stuck_disk, full_disk, low_disk   a disk is ill,
///   well_disk *                                and well again in what the detail says
///   corrupt            index                   a stored entry goes bad
///   call *             client                  a client begins what the detail says
///   returned *         client, outcome         and hears: 0 answered, 1 unknown, 2 refused
///   propose, read      client, attempt         an attempt at a call
///   committed          client, index
///   read_done, read_old   index
///   change, change_over, transfer, transferred   what operators ask for
///   heal                                       all faults end
///   violation                                  a check saw something: the run ends
///
/// Those with a star are for who listens only: they are not in the hash of the run.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace buoyant::simulation {

/// One thing that happened in a run.
struct TraceEvent {
  Instant at;
  /// Zero: of the world, not of one server.
  ServerId server;
  /// The kind, static.
  const char* what = "";
  /// In words; may be empty.
  std::string detail;
  /// As the list above has them.
  std::vector<std::uint64_t> numbers;
};

using TraceSink = std::function<void(const TraceEvent&)>;

}  // namespace buoyant::simulation
