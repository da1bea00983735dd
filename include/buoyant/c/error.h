// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Errors of the C API: negative codes with names and sentences, and what lies behind them.
///
/// Any thread. All texts that functions return have static storage.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/export.h"

#include <stddef.h>

/// What a call returns and a callback is given: 0 or one of these. They are far from the codes of
/// libuv and from errno, so that a program may hand on all of them in one `int`. Codes are only
/// appended.
enum buoyant_errc {
  BUOYANT_E_NOT_LEADER = -10001,             ///< This server is not the leader.
  BUOYANT_E_BUSY = -10002,                   ///< A queue is at its bound; try again later.
  BUOYANT_E_TOO_LARGE = -10003,              ///< Larger than the limit.
  BUOYANT_E_SUPERSEDED = -10004,             ///< Another entry was committed in its place.
  BUOYANT_E_OUTCOME_UNKNOWN = -10005,        ///< Whether it was committed is not known.
  BUOYANT_E_STOPPED = -10006,                ///< The node is closing or closed.
  BUOYANT_E_CHANGE_IN_PROGRESS = -10007,     ///< Another membership change is under way.
  BUOYANT_E_INVALID_CONFIGURATION = -10008,  ///< The set of servers is not valid.
  BUOYANT_E_INVALID_OPTIONS = -10009,        ///< An option or argument is out of its range.
  BUOYANT_E_MALFORMED = -10010,              ///< Bytes that are not what they claim to be.
  BUOYANT_E_UNSUPPORTED_VERSION = -10011,    ///< No version in common.
  BUOYANT_E_WRONG_CLUSTER = -10012,          ///< The other side belongs to another cluster.
  BUOYANT_E_WRONG_IDENTITY = -10013,         ///< The other side is not who was expected.
  BUOYANT_E_STORAGE_FAILED = -10014,         ///< The disk or the file system failed.
  BUOYANT_E_STORAGE_CORRUPT = -10015,        ///< Stored data fails its checks.
  BUOYANT_E_STORAGE_FULL = -10016,           ///< No space left for the log.
  BUOYANT_E_DIRECTORY_IN_USE = -10017,       ///< Another process has the data directory open.
  BUOYANT_E_COMPACTED = -10018,              ///< The entries were compacted away.
  BUOYANT_E_TRANSPORT_FAILED = -10019,       ///< The network failed.
  BUOYANT_E_ADDRESS_IN_USE = -10020,         ///< The address is bound by somebody else.
  BUOYANT_E_FAULTED = -10021,                ///< The node has stopped taking part; see its status.
  BUOYANT_E_NOT_READY = -10022,              ///< Not in a state in which this can be done.
  BUOYANT_E_NO_LEADER = -10023,              ///< No leader is known.
  BUOYANT_E_STALE_CONFIGURATION = -10024,    ///< The configuration has changed since.
  BUOYANT_E_NOT_CAUGHT_UP = -10025,          ///< The new server did not catch up in time.
  BUOYANT_E_TRANSFER_FAILED = -10026,        ///< The target did not take over in time.
  BUOYANT_E_SESSION_EXPIRED = -10027,        ///< The session is unknown or has expired.
  BUOYANT_E_STALE_SEQUENCE = -10028          ///< The session has gone beyond this number.
};

/// What is certain about a proposal after its callback, or after it was refused.
enum buoyant_outcome {
  BUOYANT_COMMITTED = 0,
  BUOYANT_NOT_COMMITTED = 1,  ///< Not in the log, now or later. Only this may be retried blindly.
  BUOYANT_UNKNOWN = 2         ///< It may be committed, now or later.
};

/// An error with what is behind it. All zero and "": none.
typedef struct buoyant_error_s {
  int code;             ///< enum buoyant_errc; 0: no error.
  int native;           ///< The value of libuv, LMDB or errno behind it; 0: none.
  const char* context;  ///< Names the operation or the option. Static storage, never NULL.
} buoyant_error_t;

BUOYANT_C_BEGIN

/// The machine name of a code: "not_leader"; "ok" for 0, "unknown_code" for what is none.
BUOYANT_C_API const char* buoyant_err_name(int code);

/// The sentence for a code.
BUOYANT_C_API const char* buoyant_strerror(int code);

/// The code that has this name; 0: none has.
BUOYANT_C_API int buoyant_err_code(const char* name);

/// An enum buoyant_outcome for the status of a proposal, or for what buoyant_propose returned.
BUOYANT_C_API int buoyant_err_outcome(int status);

/// Writes "SENTENCE: CONTEXT (NATIVE)" for logs, ended by a zero and cut where `bytes` end.
/// Returns what all of it is long, as snprintf does.
BUOYANT_C_API int buoyant_error_text(const buoyant_error_t* error, char* text, size_t bytes);

BUOYANT_C_END

// NOLINTEND
