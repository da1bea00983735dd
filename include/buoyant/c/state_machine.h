// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The user's state machine as a table of functions (§3.5, §5).
///
/// The table is copied at buoyant_open; its `data` is borrowed until the close callback, and after
/// that nothing of it is called but snapshot_close and install_close. Loop thread, never inside a
/// call of the user, but for what is marked [worker] and [any thread]: that runs on a thread of the
/// library, and must not touch what the loop changes.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/error.h"
#include "buoyant/c/export.h"
#include "buoyant/c/types.h"

/// A committed command. The bytes are valid until buoyant_apply_done for its batch.
typedef struct buoyant_command_s {
  buoyant_position_t position;
  buoyant_buf_t payload;
} buoyant_command_t;

/// A batch that is being applied; see buoyant_apply_done.
typedef struct buoyant_apply_s buoyant_apply_t;

/// Where errors are returned: 0, an enum buoyant_errc, or another negative number, for example of
/// libuv or -errno, which the node reports as the native code of BUOYANT_E_STORAGE_FAILED.
typedef struct buoyant_state_machine_s {
  size_t size;  ///< sizeof(buoyant_state_machine_t): the table may grow.
  void* data;   ///< Yours; each function gets it.

  /// Applies commands in order, the same on every server. Must not fail: a command that makes no
  /// sense is answered in the reply. The next batch comes after buoyant_apply_done(batch).
  void (*apply)(void* data, const buoyant_command_t* commands, size_t count,
                buoyant_apply_t* batch);

  /// Freezes the state at once, between applies, and returns what the next two functions read it
  /// from: something that owns its memory, or shares what nobody changes, as a worker that hangs in
  /// the disk may be left behind with it. NULL: no snapshot now. The function may be missing, with
  /// the two: then the log is kept whole.
  void* (*capture)(void* data);
  /// [worker] Writes the next part, at most `capacity` bytes, and returns its length; 0: that was
  /// all; negative: an error.
  ptrdiff_t (*snapshot_read)(void* snapshot, void* buffer, size_t capacity);
  /// [any thread] After the last read, once.
  void (*snapshot_close)(void* snapshot);

  /// Begins to replace the state, and returns what takes the parts in: it owns what it writes into,
  /// and touches the state machine in nothing before install_finish. NULL: it cannot. May be
  /// missing, with the three below.
  void* (*install)(void* data);
  /// [worker] The next part. An error ends the installation.
  int (*install_write)(void* target, const void* bytes, size_t len);
  /// After the last part: the state is that of the snapshot from here on. After an error it must
  /// be what it was.
  int (*install_finish)(void* target);
  /// [any thread] Once, after install_finish or without it; then nothing has changed.
  void (*install_close)(void* target);

  /// The last index whose effect is durable in this state machine itself, asked at buoyant_open:
  /// nothing up to there is applied again. May be missing: 0, for one in memory.
  uint64_t (*applied)(void* data);
} buoyant_state_machine_t;

BUOYANT_C_BEGIN

/// Tells the node that a batch is applied, from within apply or later: once, on the loop thread,
/// also when the node was closed meanwhile. It frees the batch, and its commands with it.
/// `replies` are copied: one for each command, what the proposer on this server gets. NULL: none.
BUOYANT_C_API void buoyant_apply_done(buoyant_apply_t* batch, const buoyant_buf_t* replies);

BUOYANT_C_END

// NOLINTEND
