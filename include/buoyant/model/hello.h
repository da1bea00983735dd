// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The handshake: the first frame of each side of a connection.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/model/hard_state.h"
#include "buoyant/model/ids.h"

#include <cstdint>
#include <string>

namespace buoyant {

/// The range of wire versions that this build speaks.
inline constexpr std::uint16_t kWireVersionMin = 1;
inline constexpr std::uint16_t kWireVersionMax = 1;

/// What a connection is for. Values are sent; they are only appended.
enum class LinkPurpose : std::uint8_t {
  kRequests = 0,
  kSnapshots = 1,  ///< InstallSnapshot and nothing else (§5).
};

/// Why a connection is refused. Values are sent; they are only appended.
enum class Refusal : std::uint8_t {
  kNone = 0,
  kVersion = 1,      ///< No wire version in common.
  kCluster = 2,      ///< Another cluster id.
  kNotMe = 3,        ///< The dialler expected another server here.
  kSelf = 4,         ///< The dialler claims the id of the accepting server.
  kIncarnation = 5,  ///< Another data directory than the one known under this id.
  kOlderCopy = 6,    ///< An older copy of the data directory was put back.
  kCopiedTwice = 7,  ///< Two servers run on copies of one data directory.
  kBootstrap = 8,    ///< The logs begin with different entries.
  kRemoved = 9,      ///< A newer, committed configuration does not have the dialler.
  kNotReady = 10,    ///< The accepting server is closing or faulted.
  kTooMany = 11,     ///< A limit of connections is reached.
};

/// One sentence for the log of who refuses: "it" is the other server. Static storage.
BUOYANT_EXPORT const char* refusal_message(Refusal refusal) noexcept;

/// The same for the log of who is refused: what to do here. Static storage.
BUOYANT_EXPORT const char* refused_message(Refusal refusal) noexcept;

/// What the dialler says of itself; the first frame on a connection.
struct Hello {
  std::uint16_t version_min = kWireVersionMin;
  std::uint16_t version_max = kWireVersionMax;
  /// Who dials: cluster, server, and the data directory behind it.
  Identity identity;
  /// Whom it means to reach.
  ServerId expected;
  /// Where the newest configuration of the sender's log stands, committed or not.
  Index configuration_index;
  /// The checksum of the first entry of the log (0: not known): different bootstraps never mix.
  std::uint64_t bootstrap = 0;
  LinkPurpose purpose = LinkPurpose::kRequests;
  /// Why the sender did not admit whom it means to reach, last time: who waits to be added dials
  /// nobody and has no other way to hear of it. Words for its operator, and proof of nothing.
  Refusal refusal = Refusal::kNone;

  friend bool operator==(const Hello&, const Hello&) = default;
};

/// What the accepting side answers; a refusal is followed by the end of the connection.
struct HelloReply {
  Refusal refusal = Refusal::kNone;
  /// The version that both sides speak from here on.
  std::uint16_t version = kWireVersionMax;
  /// Who answers.
  Identity identity;
  /// As in Hello; with kRemoved: of the committed configuration that leaves the dialler out.
  Index configuration_index;
  std::uint64_t bootstrap = 0;

  friend bool operator==(const HelloReply&, const HelloReply&) = default;
};

}  // namespace buoyant
