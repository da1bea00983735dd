// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Errors as values: a code, the native code behind it and static context.
#pragma once

#include "buoyant/base/export.h"

#include <cstdint>

namespace buoyant {

// clang-format off
/// The one list of error codes: enumerator, machine name, sentence. Codes are only appended.
#define BUOYANT_ERROR_CODES(X)                                                                     \
  X(kNotLeader,            "not_leader",            "this server is not the leader")               \
  X(kBusy,                 "busy",                  "a queue is at its bound; try again later")    \
  X(kTooLarge,             "too_large",             "larger than the limit")                       \
  X(kSuperseded,           "superseded",            "another entry was committed in its place")    \
  X(kOutcomeUnknown,       "outcome_unknown",       "whether it was committed is not known")       \
  X(kStopped,              "stopped",               "the node is closing or closed")               \
  X(kChangeInProgress,     "change_in_progress",    "another membership change is under way")      \
  X(kInvalidConfiguration, "invalid_configuration", "the set of servers is not valid")             \
  X(kInvalidOptions,       "invalid_options",       "an option is out of its range")               \
  X(kMalformed,            "malformed",             "bytes that are not what they claim to be")    \
  X(kUnsupportedVersion,   "unsupported_version",   "no version in common")                        \
  X(kWrongCluster,         "wrong_cluster",         "the other side belongs to another cluster")   \
  X(kWrongIdentity,        "wrong_identity",        "the other side is not who was expected")      \
  X(kStorageFailed,        "storage_failed",        "the disk or the file system failed")          \
  X(kStorageCorrupt,       "storage_corrupt",       "stored data fails its checks")                \
  X(kStorageFull,          "storage_full",          "no space left for the log")                   \
  X(kDirectoryInUse,       "directory_in_use",      "another process has the data directory open") \
  X(kCompacted,            "compacted",             "the entries were compacted away")             \
  X(kTransportFailed,      "transport_failed",      "the network failed")                          \
  X(kAddressInUse,         "address_in_use",        "the address is bound by somebody else")       \
  X(kFaulted,              "faulted",               "the node has stopped taking part; see status")\
  X(kNotReady,             "not_ready",             "not in a state in which this can be done")    \
  X(kNoLeader,             "no_leader",             "no leader is known")                          \
  X(kStaleConfiguration,   "stale_configuration",   "the configuration has changed since")         \
  X(kNotCaughtUp,          "not_caught_up",         "the new server did not catch up in time")     \
  X(kTransferFailed,       "transfer_failed",       "the target did not take over in time")        \
  X(kSessionExpired,       "session_expired",       "the session is unknown or has expired")       \
  X(kStaleSequence,        "stale_sequence",        "the session has gone beyond this number")
// clang-format on

enum class Errc : std::uint8_t {
#define BUOYANT_ENUMERATOR(enumerator, name, message) enumerator,
  BUOYANT_ERROR_CODES(BUOYANT_ENUMERATOR)
#undef BUOYANT_ENUMERATOR
};

/// What is certain about a proposal after an error (§6.3).
enum class Outcome : std::uint8_t {
  kCommitted,
  kNotCommitted,  ///< Not in the log, now or later. Only this may be retried blindly.
  kUnknown,       ///< It may be committed, now or later.
};

/// The machine name of a code ("not_leader"). Static storage.
BUOYANT_EXPORT const char* errc_name(Errc code) noexcept;

/// The sentence for a code. Static storage.
BUOYANT_EXPORT const char* errc_message(Errc code) noexcept;

/// What an error with this code says about the proposal that it answers.
BUOYANT_EXPORT Outcome errc_outcome(Errc code) noexcept;

/// An error without allocation: 16 bytes, trivially copyable.
class [[nodiscard]] Error {
 public:
  /// `context` names the operation and must have static storage; `native` is the libuv, LMDB
  /// or errno value behind it (0: none).
  constexpr explicit Error(Errc code, const char* context = "", int native = 0) noexcept
      : context_(context), native_(native), code_(code) {}

  [[nodiscard]] constexpr Errc code() const noexcept { return code_; }

  [[nodiscard]] constexpr int native() const noexcept { return native_; }

  [[nodiscard]] constexpr const char* context() const noexcept { return context_; }

  [[nodiscard]] const char* name() const noexcept { return errc_name(code_); }

  [[nodiscard]] const char* message() const noexcept { return errc_message(code_); }

  [[nodiscard]] Outcome outcome() const noexcept { return errc_outcome(code_); }

  /// Equal when code and native code are; the context is for people.
  friend constexpr bool operator==(const Error& left, const Error& right) noexcept {
    return left.code_ == right.code_ && left.native_ == right.native_;
  }

 private:
  const char* context_;
  int native_;
  Errc code_;
};

static_assert(sizeof(Error) <= 16);

}  // namespace buoyant
