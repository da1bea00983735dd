// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a test tells the preloaded disk faults to do: a small file that both map. The test
/// changes it while the server runs.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace buoyant::fault_shim {

/// Names the plan's file; without it nothing is struck.
inline constexpr const char* kPlanVariable = "BUOYANT_FAULT_PLAN";
/// Files below this directory are watched.
inline constexpr const char* kRootVariable = "BUOYANT_FAULT_ROOT";

/// Bits: some of them are chosen. A write that is its own sync (RWF_DSYNC) counts as kWrite,
/// kDurableWrite and kSync, whichever is chosen.
enum Call : std::uint32_t {
  kWrite = 1U,         ///< write, writev, pwrite, pwritev.
  kDurableWrite = 2U,  ///< The same, of a descriptor with O_DSYNC: LMDB's meta pages.
  kSync = 4U,          ///< fsync, fdatasync, msync.
  kAllocate = 8U,      ///< fallocate, posix_fallocate, ftruncate.
  kOpen = 16U,
  kRename = 32U,
  kRemove = 64U,
  kRead = 128U,
};

enum class Action : std::uint32_t {
  kNothing,
  kFail,   ///< With `code`; nothing is done.
  kStuck,  ///< The call does not begin before the action is another one.
  kSlow,   ///< The call begins after `milliseconds`.
};

/// All zeros: nothing is struck. `action` is written last.
struct Plan {
  std::atomic<Action> action;
  std::atomic<std::uint32_t> calls;
  std::atomic<std::int32_t> code;
  std::atomic<std::uint32_t> milliseconds;
  /// So many calls more are spared.
  std::atomic<std::int64_t> spared;
  /// So many calls after those are struck.
  std::atomic<std::int64_t> times;
  /// Calls that were struck so far.
  std::atomic<std::uint64_t> struck;
  /// Only files are struck whose path has this in it; ends with a zero.
  std::array<char, 64> part;
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free);

}  // namespace buoyant::fault_shim
