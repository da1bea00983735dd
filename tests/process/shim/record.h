// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the flush shim writes down: one record per system call, in its own process's order.
///
/// A record is this header and then `bytes` bytes of content: what was written, sent or
/// received. The file is read by the machine that wrote it.
#pragma once

#include <cstdint>

namespace buoyant::flush_shim {

enum class Call : std::uint32_t {
  kWrite = 1,         ///< To data.mdb.
  kDurableWrite = 2,  ///< To data.mdb, with O_DSYNC or RWF_DSYNC.
  kFlush = 3,         ///< fsync or fdatasync of data.mdb.
  kSend = 4,          ///< To a socket.
  kReceive = 5,       ///< From a socket.
};

struct RecordHeader {
  Call call = Call::kWrite;
  std::uint32_t bytes = 0;
  /// A point before the call, and one after it, on the process's one counter.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  /// Of the file or the socket.
  std::uint64_t inode = 0;
  /// Of a write: where in the file; ~0: where the descriptor stood.
  std::uint64_t offset = 0;
};

/// The log is BUOYANT_SHIM_LOG with "." and the process id behind it.
inline constexpr const char* kLogVariable = "BUOYANT_SHIM_LOG";
/// Set to anything: flushes happen but are not written down, as if nobody had called them.
inline constexpr const char* kHideVariable = "BUOYANT_SHIM_HIDE_FLUSHES";

}  // namespace buoyant::flush_shim
