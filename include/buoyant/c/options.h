// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Options of a node. buoyant_options_init fills in the defaults; set what differs:
///
///   buoyant_options_t options;
///   buoyant_options_init(&options, sizeof options);
///   options.id = 1;
///   options.cluster = "demo";
///   options.listen = "127.0.0.1:7001";
///   options.data = "/var/lib/demo";
///
/// What a bound does when it is reached stands in buoyant/node_options.h, option by option.
/// Everything that is pointed to is borrowed for the call of buoyant_open, `tls` shared.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/export.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct buoyant_tls_s buoyant_tls_t;

/// Where a peer is dialled here, whatever the configuration says (proxies, NAT).
typedef struct buoyant_dial_s {
  uint64_t id;
  const char* address;  ///< "HOST:PORT".
} buoyant_dial_t;

/// Bounds of the exactly-once layer (sessions.h). Part of the replicated state: the same on all
/// servers, for ever.
typedef struct buoyant_session_options_s {
  size_t size;                 ///< Of this struct; set by the init function.
  uint64_t sessions_max;       ///< Beyond it the one that was used longest ago expires.
  uint64_t reply_bytes_max;    ///< The largest reply that is kept.
  uint64_t replies_bytes_max;  ///< All of them, at least reply_bytes_max.
  uint64_t idle_entries_max;   ///< A session that was not used for so many entries expires.
} buoyant_session_options_t;

/// Whether this server should lead rather than others.
enum buoyant_preference {
  BUOYANT_PREFER_NORMAL = 0,
  BUOYANT_PREFER_LEADING = 1,
  BUOYANT_AVOID_LEADING = 2
};

/// Of servers of a later version: fields are only appended, and `size` says how many there are.
typedef struct buoyant_options_s {
  size_t size;  ///< Of this struct; set by buoyant_options_init.

  uint64_t id;            ///< This server's, for ever; above 0.
  const char* cluster;    ///< The same on all servers of the cluster; others are refused.
  const char* listen;     ///< "HOST:PORT" to listen on for peers.
  const char* data;       ///< Data directory; made if missing, its parent must exist.
  const char* advertise;  ///< What peers are told to dial; NULL: as `listen`.
  const buoyant_dial_t* dial;
  size_t dial_count;
  buoyant_tls_t* tls;               ///< From buoyant_tls_open; NULL: peers talk in the clear.
  bool insecure_plaintext;          ///< Allows that beyond loopback.
  bool direct_io;                   ///< The log goes around the page cache where that is possible.
  uint64_t map_bytes_max;           ///< The log's file never grows beyond it.
  uint64_t scrub_bytes_per_second;  ///< How fast the stored log is checked; 0: it is not.
  /// NULL: no exactly-once layer. Otherwise it lies around the state machine, and every proposal
  /// begins with a head of sessions.h.
  const buoyant_session_options_t* sessions;

  uint64_t election_timeout_ms;
  uint64_t heartbeat_interval_ms;
  uint64_t disk_stall_limit_ms;
  uint64_t catch_up_timeout_ms;
  uint64_t clock_drift_max_ms;
  uint64_t turn_budget_us;
  int preference;  ///< enum buoyant_preference.
  bool pre_vote;
  bool check_quorum;
  bool lease_reads;  ///< What BUOYANT_READ_LEASE needs.
  bool forward_proposals;
  uint64_t seed;  ///< 0: drawn from the system's randomness.

  uint64_t entry_bytes_max;
  uint64_t proposals_max;
  uint64_t proposal_bytes_max;
  uint64_t reads_max;
  uint64_t forwarded_per_peer_max;
  uint64_t controls_max;
  uint64_t append_bytes_max;
  uint64_t append_entries_max;
  uint64_t inflight_bytes_max;
  uint64_t inflight_entries_max;
  uint64_t entry_cache_bytes_max;
  uint64_t apply_entries_per_turn;
  uint64_t apply_bytes_per_turn;
  uint64_t frames_per_turn;
  uint64_t send_bytes_per_turn;
  uint64_t receive_bytes_per_turn;
  uint64_t callbacks_per_turn;
  uint64_t held_messages_per_peer_max;
  uint64_t events_pending_max;
  uint64_t snapshot_entries;  ///< 0: none is taken for this reason.
  uint64_t snapshot_bytes;    ///< 0: none is taken for this reason.
  uint64_t snapshot_tail_entries;
  uint64_t snapshot_tail_bytes;
  uint64_t snapshot_sending_entries_max;
  uint64_t snapshot_part_bytes;
  uint64_t snapshot_inflight_bytes_max;
  uint64_t snapshot_transfers_max;
  uint64_t snapshot_bytes_per_second;  ///< 0: no limit.
  uint64_t trace_steps_max;

  /// How much of the log's newest part stays in the page cache as it grows; UINT64_MAX: all.
  uint64_t page_cache_bytes;
} buoyant_options_t;

BUOYANT_C_BEGIN

/// Sets every option that the first `size` bytes have room for to its default, the strings to
/// NULL, and `options->size`. Call it with sizeof *options. Any thread.
BUOYANT_C_API void buoyant_options_init(buoyant_options_t* options, size_t size);

/// The same for the exactly-once layer.
BUOYANT_C_API void buoyant_session_options_init(buoyant_session_options_t* options, size_t size);

BUOYANT_C_END

// NOLINTEND
