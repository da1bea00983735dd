// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Exactly-once commands (§6.3): for nodes that were opened with buoyant_options_t.sessions.
///
/// A proposal whose outcome is unknown cannot be retried blindly: it may be applied twice. A client
/// that opens a session, which is a command itself, and numbers its commands may: a number is
/// applied once, however often and through whichever servers it is sent, and gets the same reply
/// each time. The client sends the next number when it has the reply to the one before.
///
/// Each proposal to such a node begins with a head, which these functions write:
///
///   unsigned char head[BUOYANT_SESSION_HEAD_BYTES];
///   buoyant_buf_t bufs[2] = {{head, buoyant_session_do(head, session, 7)}, {command, len}};
///   buoyant_propose(&request, node, bufs, 2, on_applied);
///
/// and each reply is read by the function for it. Any thread, but for the last two.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/error.h"
#include "buoyant/c/export.h"
#include "buoyant/c/types.h"

/// No head is longer.
#define BUOYANT_SESSION_HEAD_BYTES 32

BUOYANT_C_BEGIN

/// In front of a command outside of any session; its reply is the state machine's as it is.
/// Returns the length of the head, as the next three do.
BUOYANT_C_API size_t buoyant_session_plain(void* head);
/// All of a proposal that opens a session; for buoyant_session_opened.
BUOYANT_C_API size_t buoyant_session_open(void* head);
/// In front of a command of a session; for buoyant_session_done. `sequence` is above 0 and grows
/// from command to command; gaps are allowed.
BUOYANT_C_API size_t buoyant_session_do(void* head, uint64_t session, uint64_t sequence);
/// All of a proposal that closes a session; for buoyant_session_closed.
BUOYANT_C_API size_t buoyant_session_close(void* head, uint64_t session);

/// The id of the session that was opened, never given twice.
/// Errors: BUOYANT_E_MALFORMED (it is no such reply).
BUOYANT_C_API int buoyant_session_opened(buoyant_buf_t reply, uint64_t* session);
/// The state machine's reply, which lies inside `reply`.
/// Errors: BUOYANT_E_SESSION_EXPIRED (also: it was never opened), BUOYANT_E_STALE_SEQUENCE,
/// BUOYANT_E_TOO_LARGE (it was applied before, and its reply was too large to be kept),
/// BUOYANT_E_MALFORMED. None of them applied the command now.
BUOYANT_C_API int buoyant_session_done(buoyant_buf_t reply, buoyant_buf_t* inner);
/// Errors: BUOYANT_E_SESSION_EXPIRED (it was closed already), BUOYANT_E_MALFORMED.
BUOYANT_C_API int buoyant_session_closed(buoyant_buf_t reply);

/// How many sessions are open; 0 for a node without them. Loop thread.
BUOYANT_C_API uint64_t buoyant_session_count(const buoyant_node_t* node);
/// A hash of the table of sessions: equal on servers that applied the same. Loop thread.
BUOYANT_C_API uint64_t buoyant_session_digest(const buoyant_node_t* node);

BUOYANT_C_END

// NOLINTEND
