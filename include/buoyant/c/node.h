// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A node: one server of a replicated log, on the host's event loop.
///
/// **One thread.** Every call is made on the loop thread, every callback runs there.
/// **Never re-entrant.** No callback runs inside a call of the user.
/// **Exactly once.** A refused call returns a negative code and its callback never runs; an
/// accepted one returns 0 and runs its callback exactly once, at the latest when the node closes.
/// **Requests are yours.** A request lies in your memory, need not be initialised but for `data`,
/// and belongs to the library from a call that returned 0 until its callback begins, which may free
/// it or use it again. Its `error` says more about a refusal or a negative status. What its results
/// point to is valid during the callback. Callbacks may be NULL.
/// **Fault, not abort.** Broken storage makes the node faulted: it answers nothing more, says why
/// in its status, and the process lives.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/error.h"
#include "buoyant/c/export.h"
#include "buoyant/c/observer.h"
#include "buoyant/c/options.h"
#include "buoyant/c/state_machine.h"
#include "buoyant/c/types.h"

struct uv_loop_s;

typedef struct buoyant_bootstrap_s buoyant_bootstrap_t;
typedef struct buoyant_propose_s buoyant_propose_t;
typedef struct buoyant_read_s buoyant_read_t;
typedef struct buoyant_change_s buoyant_change_t;
typedef struct buoyant_transfer_s buoyant_transfer_t;
typedef struct buoyant_snapshot_s buoyant_snapshot_t;

/// `status` is 0 or an enum buoyant_errc.
typedef void (*buoyant_bootstrap_cb)(buoyant_bootstrap_t* request, int status);
typedef void (*buoyant_propose_cb)(buoyant_propose_t* request, int status);
typedef void (*buoyant_read_cb)(buoyant_read_t* request, int status);
typedef void (*buoyant_change_cb)(buoyant_change_t* request, int status);
typedef void (*buoyant_transfer_cb)(buoyant_transfer_t* request, int status);
typedef void (*buoyant_snapshot_cb)(buoyant_snapshot_t* request, int status);
typedef void (*buoyant_close_cb)(buoyant_node_t* node);

struct buoyant_bootstrap_s {
  void* data;             ///< Yours; the library never touches it.
  buoyant_error_t error;  ///< When it was refused, or the status is negative.
  void* reserved[4];
};

struct buoyant_propose_s {
  void* data;
  buoyant_error_t error;
  buoyant_position_t position;  ///< Where it was committed.
  buoyant_buf_t reply;          ///< What the state machine here replied to it.
  void* reserved[4];
};

struct buoyant_read_s {
  void* data;
  buoyant_error_t error;
  uint64_t applied;  ///< The index that is applied here.
  void* reserved[4];
};

struct buoyant_change_s {
  void* data;
  buoyant_error_t error;
  uint64_t index;  ///< Where the new configuration stands.
  void* reserved[4];
};

struct buoyant_transfer_s {
  void* data;
  buoyant_error_t error;
  uint64_t leader;  ///< Who leads now.
  void* reserved[4];
};

struct buoyant_snapshot_s {
  void* data;
  buoyant_error_t error;
  buoyant_position_t position;  ///< What it covers.
  uint64_t bytes;
  uint64_t creator;  ///< With the next two and the position: which file it is.
  uint64_t sequence;
  uint64_t checksum;
  uint64_t configuration_index;  ///< Of the configuration in effect there.
  void* reserved[4];
};

/// How sure a read must be.
enum buoyant_read_mode {
  BUOYANT_READ_LINEARIZABLE = 0,  ///< The leader asks a quorum whether it still leads (§6.4).
  BUOYANT_READ_LEASE = 1          ///< The leader's lease is good enough (§6.4.1), if there is one.
};

/// How old the state machine here may be.
typedef struct buoyant_staleness_s {
  uint64_t applied;
  /// Everything that was acknowledged to anybody longer ago than this is applied here.
  /// BUOYANT_AGE_UNKNOWN: nothing is known.
  uint64_t age_ns;
} buoyant_staleness_t;

#define BUOYANT_AGE_UNKNOWN UINT64_MAX

BUOYANT_C_BEGIN

/// Opens the data directory, binds the peer port and starts a node on the loop. The only call that
/// may block: it reads and flushes the disk, and looks up the name in `options->listen`.
/// The loop, and the `data` of the two tables, are borrowed until the close callback; the tables
/// and the options are copied. `observer` and `error` may be NULL. Errors:
/// BUOYANT_E_INVALID_OPTIONS (the context names the option), ADDRESS_IN_USE, TRANSPORT_FAILED,
/// DIRECTORY_IN_USE, STORAGE_FAILED, STORAGE_FULL, STORAGE_CORRUPT, UNSUPPORTED_VERSION,
/// WRONG_CLUSTER, WRONG_IDENTITY. `*node` is NULL then, and what had been opened is still closing:
/// run the loop until it is empty.
BUOYANT_C_API int buoyant_open(buoyant_node_t** node, struct uv_loop_s* loop,
                               const buoyant_options_t* options,
                               const buoyant_state_machine_t* machine,
                               const buoyant_observer_t* observer, buoyant_error_t* error);

/// Stops: open calls end (proposals as BUOYANT_E_OUTCOME_UNKNOWN), connections and storage close.
/// `cb` runs once, from the loop, when nothing of the node is left in it, in bounded time even when
/// the disk hangs. May be called again until then; each call has its callback. The node is freed
/// when the last of them returns; before, buoyant_node_data and buoyant_close are all that may be
/// called with it there.
BUOYANT_C_API void buoyant_close(buoyant_node_t* node, buoyant_close_cb cb);

/// A pointer of yours, NULL at first.
BUOYANT_C_API void buoyant_node_set_data(buoyant_node_t* node, void* data);
BUOYANT_C_API void* buoyant_node_data(const buoyant_node_t* node);

/// Gives an empty server its first configuration: the same list on all initial voters.
/// Idempotent: with the same list as before it does nothing and succeeds.
/// Errors: BUOYANT_E_INVALID_CONFIGURATION (also: this server is not in it, or a different list was
/// bootstrapped before), STOPPED, FAULTED.
/// Callback: when it is durable here; STORAGE_FULL (nothing was written); OUTCOME_UNKNOWN at close
/// and on fault.
BUOYANT_C_API int buoyant_bootstrap(buoyant_bootstrap_t* request, buoyant_node_t* node,
                                    const buoyant_member_t* members, size_t count,
                                    buoyant_bootstrap_cb cb);

/// Replicates the buffers as one command, and applies it everywhere. They are copied.
/// Errors: BUOYANT_E_NOT_LEADER (forwarding is off), NO_LEADER, BUSY, STORAGE_FULL, TOO_LARGE,
/// STOPPED, FAULTED: certainly not committed.
/// Callback: when it is applied here; SUPERSEDED (certainly not committed), a refusal of the leader
/// it was forwarded to (the same), or OUTCOME_UNKNOWN. See buoyant_err_outcome.
BUOYANT_C_API int buoyant_propose(buoyant_propose_t* request, buoyant_node_t* node,
                                  const buoyant_buf_t* bufs, size_t count, buoyant_propose_cb cb);

/// Makes sure that the state machine here is new enough to be read: when the callback runs with 0,
/// everything that was acknowledged anywhere before this call is applied here, and you read your
/// own memory. On any server; costs no write. `mode` is an enum buoyant_read_mode. Errors:
/// BUOYANT_E_INVALID_OPTIONS (the mode), NO_LEADER (this server was removed), BUSY, STOPPED,
/// FAULTED.
/// Callback: when that is so; NO_LEADER, NOT_READY (confirmed, but not applied in time), STOPPED,
/// FAULTED. A read may always be tried again.
BUOYANT_C_API int buoyant_read(buoyant_read_t* request, buoyant_node_t* node, int mode,
                               buoyant_read_cb cb);

/// For those who may read something older without waiting: how old it may be, at most.
BUOYANT_C_API buoyant_staleness_t buoyant_staleness(const buoyant_node_t* node);

/// Changes who takes part to exactly these members (§4), whatever the difference. `based_on` is the
/// configuration.index of the status that the list was made from. New voters learn the log first.
/// Any server may be asked. A new server is started on an empty directory, without bootstrap.
/// Errors: BUOYANT_E_NO_LEADER, INVALID_CONFIGURATION, NOT_READY, CHANGE_IN_PROGRESS,
/// STALE_CONFIGURATION, BUSY, STOPPED, FAULTED.
/// Callback: when the new configuration is committed; what the leader refused it with;
/// NOT_CAUGHT_UP (new voters stay learners); OUTCOME_UNKNOWN: the status says what it came to.
BUOYANT_C_API int buoyant_change(buoyant_change_t* request, buoyant_node_t* node,
                                 const buoyant_member_t* members, size_t count, uint64_t based_on,
                                 buoyant_change_cb cb);

/// Hands leadership over to the server `to`, or (0) to the best other voter (§3.10). Any server may
/// be asked.
/// Errors: BUOYANT_E_NO_LEADER, INVALID_CONFIGURATION (`to` does not vote), NOT_READY (it is not
/// connected to the leader), BUSY, STOPPED, FAULTED.
/// Callback: who leads now; what the leader refused it with; TRANSFER_FAILED; OUTCOME_UNKNOWN.
BUOYANT_C_API int buoyant_transfer(buoyant_transfer_t* request, buoyant_node_t* node, uint64_t to,
                                   buoyant_transfer_cb cb);

/// Takes a snapshot of what is applied here, and compacts the log behind it (§5.1). One that is
/// under way, or covers all of it, serves.
/// Errors: BUOYANT_E_NOT_READY (nothing was applied), BUSY, STOPPED, FAULTED.
/// Callback: when it is durable; the error of the disk or of the state machine; SUPERSEDED (one of
/// the leader was faster); NOT_READY (the state machine gives none); OUTCOME_UNKNOWN.
BUOYANT_C_API int buoyant_take_snapshot(buoyant_snapshot_t* request, buoyant_node_t* node,
                                        buoyant_snapshot_cb cb);

BUOYANT_C_END

// NOLINTEND
