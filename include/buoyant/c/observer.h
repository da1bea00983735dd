// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who wants to hear what a node goes through, as a table of functions; each may be missing.
///
/// The table is copied at buoyant_open; its `data` is borrowed until the close callback. Loop
/// thread, at the end of a turn, never inside a call of the user. What is pointed to is valid
/// during the call.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/error.h"
#include "buoyant/c/export.h"
#include "buoyant/c/types.h"

#include <stdbool.h>

enum buoyant_role {
  BUOYANT_FOLLOWER = 0,
  BUOYANT_PRE_CANDIDATE = 1,
  BUOYANT_CANDIDATE = 2,
  BUOYANT_LEADER = 3
};

/// Role, term and leader, and why they are what they are.
typedef struct buoyant_standing_s {
  int role;  ///< enum buoyant_role.
  uint64_t term;
  uint64_t leader;    ///< 0: none is known.
  const char* cause;  ///< Why it changed, in words. Static storage.
} buoyant_standing_t;

/// How much a line of the log matters.
enum buoyant_log_level {
  BUOYANT_LOG_ERROR = 0,  ///< The node takes no part any more.
  BUOYANT_LOG_WARN = 1,   ///< An operator should look: a refused peer, a full disk, a removal.
  BUOYANT_LOG_INFO = 2,   ///< What changed: role, term, leader, members, connections.
  BUOYANT_LOG_DEBUG = 3   ///< Each step of the trace, with its reason.
};

/// A step of Raft, with its reason.
typedef struct buoyant_trace_step_s {
  uint64_t at_ns;    ///< On the loop's clock.
  const char* kind;  ///< Its name. Static storage, as `detail`.
  uint64_t term;
  uint64_t peer;  ///< 0: none, as `index`.
  uint64_t index;
  const char* detail;
} buoyant_trace_step_t;

typedef struct buoyant_observer_s {
  size_t size;  ///< sizeof(buoyant_observer_t): the table may grow.
  void* data;   ///< Yours; each function gets it.

  /// Everything below as lines of a log, without newline. Lines that matter less than `log_level`,
  /// an enum buoyant_log_level, are not made.
  void (*on_log)(void* data, int level, const char* line);
  int log_level;

  /// Role, term or leader changed.
  void (*on_standing)(void* data, const buoyant_standing_t* standing);
  /// The configuration in effect changed.
  void (*on_configuration)(void* data, const buoyant_configuration_t* configuration);
  /// This server was a member and is none any more, or (false) takes part again.
  void (*on_removed)(void* data, bool removed);
  /// The node stopped taking part; nothing more will be acknowledged. Once. `why` has static
  /// storage.
  void (*on_fault)(void* data, const char* why, const buoyant_error_t* error);
  /// A connection to a peer came or went.
  void (*on_peer)(void* data, uint64_t peer, bool connected);
  /// Something an operator should see; `peer` may be 0. `what` has static storage.
  void (*on_trouble)(void* data, uint64_t peer, const char* what, const char* detail);
  /// A step of the trace: many more than what happens to a node.
  void (*on_step)(void* data, const buoyant_trace_step_t* step);
} buoyant_observer_t;

BUOYANT_C_BEGIN

/// "leader" for BUOYANT_LEADER. Static storage; any thread.
BUOYANT_C_API const char* buoyant_role_name(int role);

/// "error", "warn", "info", "debug". Static storage; any thread.
BUOYANT_C_API const char* buoyant_log_level_name(int level);

BUOYANT_C_END

// NOLINTEND
