// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the disk shim writes down: everything that was done to files below one directory, in
/// the order in which it was done, by one process after another.
///
/// A record is this header and then `bytes` bytes: what was written, a name, two names with a
/// zero between them, or a note. The file is read by the machine that wrote it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace buoyant::disk {

enum class Action : std::uint32_t {
  kStart = 1,  ///< A process begins; `inode` is that of the directory.
  kCreate,     ///< A file `name` in `other`, a directory: `inode`.
  kMakeDir,    ///< The same for a directory.
  kUnlink,     ///< `name` in `other`.
  kRemoveDir,  ///< The same for a directory.
  kRename,     ///< `name` in `other` becomes the second name in `target`.
  kWrite,      ///< To `inode` at `offset`.
  kWritten,    ///< `size` bytes at `offset` of `inode` are durable, alone (O_DSYNC).
  kSyncBegin,  ///< fsync or fdatasync of `inode`.
  kSyncEnd,    ///< It succeeded: what was there at its beginning is durable.
  kResize,     ///< `inode` has `size` bytes now.
  kClose,      ///< A descriptor of `inode`.
  kNote,       ///< Of the program, about itself.
};

struct RecordHeader {
  Action action = Action::kStart;
  std::uint32_t bytes = 0;
  /// Who did it: a sync's end belongs to the same thread's beginning.
  std::uint64_t thread = 0;
  std::uint64_t inode = 0;
  std::uint64_t other = 0;
  std::uint64_t target = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// The record file; written behind what is in it.
inline constexpr const char* kRecordVariable = "BUOYANT_DISK_RECORD";
/// The directory, as realpath says it.
inline constexpr const char* kRootVariable = "BUOYANT_DISK_ROOT";
/// After so many records of this process it is killed, in the middle of whatever it does.
inline constexpr const char* kKillVariable = "BUOYANT_DISK_KILL_AFTER";
/// The number of an Action: only its records count for that.
inline constexpr const char* kKillActionVariable = "BUOYANT_DISK_KILL_ACTION";
/// `extern "C" void NAME(const void* data, size_t size)`: writes a note.
inline constexpr const char* kNoteFunction = "buoyant_disk_note";

}  // namespace buoyant::disk
