// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a node is doing, as a copy that explains itself, and its most recent steps.
///
/// Both are allocated by the library and freed by the user, also after the node is gone: all that
/// they point to goes with them. Their structs may grow at the end. Loop thread, as the node.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/export.h"
#include "buoyant/c/observer.h"
#include "buoyant/c/types.h"

#include <stdbool.h>

/// The connections with a peer, one way and the other.
typedef struct buoyant_link_status_s {
  bool connected;  ///< We dialled and were admitted.
  bool accepted;   ///< It dialled and was admitted.
  uint64_t queued_bytes;
  uint64_t frames_sent;
  uint64_t bytes_sent;
  uint64_t reconnects;
  const char* trouble;  ///< Why there is none; "" while there is.
} buoyant_link_status_t;

/// How replication to a follower goes.
enum buoyant_progress { BUOYANT_PROBE = 0, BUOYANT_REPLICATE = 1, BUOYANT_SEND_SNAPSHOT = 2 };

typedef struct buoyant_peer_status_s {
  uint64_t id;
  const char* address;
  int role;  ///< enum buoyant_member_role.
  buoyant_link_status_t requests;
  buoyant_link_status_t snapshots;  ///< Kept only while a snapshot is sent.
  bool snapshots_wanted;
  const char* refused;  ///< Why this server does not admit it; "" when it does.
  int progress;         ///< enum buoyant_progress. From here on: of a leader only.
  uint64_t match;
  uint64_t next;
  bool leaving;             ///< It is no member any more, and is followed on until it knows.
  uint32_t catch_up_round;  ///< Of a new voter that learns the log; 0: none.
  uint64_t catch_up_goal;
  uint64_t silent_ns;  ///< Since something was heard of it.
  uint64_t inflight_bytes;
  uint64_t acknowledgement_ns;  ///< From sending to its answer, lately; 0: not known.
  bool space_low;
  int preference;  ///< enum buoyant_preference.
  uint64_t snapshot_sent;
  uint64_t snapshot_bytes;
} buoyant_peer_status_t;

/// What a server does with snapshots (§5).
typedef struct buoyant_snapshots_status_s {
  buoyant_position_t position;  ///< Of the newest; 0: none.
  uint64_t bytes;
  bool taking;
  bool installing;
  uint64_t receiving_from;  ///< 0: none is coming in.
  uint64_t received;
  uint64_t receiving_bytes;
  uint64_t taken;
  uint64_t installed;
  uint64_t failed;
  const char* trouble;  ///< Why the last one could not be taken; "" when it could.
} buoyant_snapshots_status_t;

typedef struct buoyant_storage_status_s {
  uint64_t bytes_used;
  uint64_t bytes_file;
  uint64_t bytes_max;
  uint64_t writes;
  uint64_t commits;
  uint64_t writes_pending;
  uint64_t oldest_write_age_ns;
  uint64_t write_recent_ns;  ///< How long a write took lately; 0: there was none.
  bool failed;               ///< Nothing is written any more.
  bool space_low;            ///< Proposals should wait.
  bool scrub_enabled;
  uint64_t scrub_bytes;
  uint64_t scrub_passes;
  uint64_t scrub_last_pass_age_ns;
  const char*
      scrub_damage;  ///< What was found last, which `scrub_damage_at` completes; NULL: none.
  uint64_t scrub_damage_at;
} buoyant_storage_status_t;

/// How often a trouble or a refusal of connections happened.
typedef struct buoyant_trouble_s {
  const char* what;
  uint64_t count;
} buoyant_trouble_t;

typedef struct buoyant_status_s {
  uint64_t taken_at_ns;  ///< When this copy was made, on the loop's clock.
  uint64_t id;
  const char* cluster;
  buoyant_standing_t standing;
  uint64_t standing_since_ns;             ///< On the loop's clock.
  buoyant_configuration_t configuration;  ///< In effect; its index is what a change is based on.
  uint64_t configuration_committed;       ///< Before that index while a change is under way.
  bool removed;         ///< It was a member, is none any more, and waits to be added again.
  uint64_t refused_by;  ///< Of a server that waits to be added: a peer that does not admit it.
  const char* refused;  ///< Why, and what to do; "" when nobody says so.
  uint64_t first;
  buoyant_position_t last;
  uint64_t durable;
  uint64_t commit;
  uint64_t applied;
  uint64_t snapshot;
  buoyant_snapshots_status_t snapshots;
  uint64_t transfer_target;  ///< Whom leadership is being handed over to; 0: nobody.
  bool space_low;            ///< What Raft goes by; may lag behind storage.space_low.
  const char* faulted;       ///< NULL: it is not. Otherwise why; static storage.
  bool closing;
  const buoyant_peer_status_t* const* peers;
  size_t peer_count;

  uint64_t proposals_pending;
  uint64_t proposal_bytes_pending;
  uint64_t entry_cache_bytes;
  uint64_t proposals_committed;
  uint64_t proposals_refused;
  uint64_t proposals_unknown;
  uint64_t reads_pending;
  uint64_t reads_granted;
  uint64_t frames_malformed;

  uint64_t turns;
  uint64_t turns_over_budget;
  uint64_t turn_longest_ns;
  uint64_t loop_stalls;
  uint64_t loop_stall_longest_ns;

  buoyant_storage_status_t storage;
  bool secure;           ///< Peers talk TLS.
  int64_t secure_until;  ///< Then: when the certificates expire, in seconds since 1970.
  const buoyant_trouble_t* const* troubles;
  size_t trouble_count;
} buoyant_status_t;

typedef struct buoyant_trace_s {
  const buoyant_trace_step_t* const* steps;  ///< Oldest first.
  size_t count;
} buoyant_trace_t;

BUOYANT_C_BEGIN

/// Never NULL; for buoyant_status_free.
BUOYANT_C_API const buoyant_status_t* buoyant_status(const buoyant_node_t* node);
/// NULL is allowed; any thread.
BUOYANT_C_API void buoyant_status_free(const buoyant_status_t* status);

/// Never NULL; for buoyant_trace_free.
BUOYANT_C_API const buoyant_trace_t* buoyant_trace(const buoyant_node_t* node);
/// NULL is allowed; any thread.
BUOYANT_C_API void buoyant_trace_free(const buoyant_trace_t* trace);

/// "replicate" for BUOYANT_REPLICATE. Static storage; any thread.
BUOYANT_C_API const char* buoyant_progress_name(int progress);

BUOYANT_C_END

// NOLINTEND
