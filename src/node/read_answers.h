// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The leader's side of followers' reads: their requests, until the core grants them (§6.4).
///
/// An answer that the transport does not take is dropped: its follower asks again.
#pragma once

#include "buoyant/core/raft.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class ReadAnswers {
 public:
  /// Requests of one peer that wait here; at the bound it is told kBusy.
  static constexpr std::size_t kRequestsPerPeerMax = 64;

  explicit ReadAnswers(port::Codec& codec) : codec_(codec) {}

  /// Asks the core, or refuses.
  void accept(Instant now, ServerId peer, const ReadRequest& request, core::Raft& raft);

  void on_granted(const core::ReadGrant& grant);

  /// Requests that the core numbered up to `through` are refused: this server leads no more.
  void on_ended(std::uint64_t through);

  /// The peer dialled anew, maybe after a restart, and numbers its requests from one again: an
  /// answer to an old one would be taken for that of a new one (R2).
  void forget(ServerId peer);

  void send(port::Transport& transport);

  void clear() noexcept;

  [[nodiscard]] std::size_t open() const noexcept { return open_.size(); }

 private:
  struct Asked {
    ServerId peer;
    std::uint64_t sequence = 0;
  };

  struct Answer {
    ServerId peer;
    ReadReply reply;
  };

  [[nodiscard]] std::size_t open_of(ServerId peer) const noexcept;
  void refuse(const Asked& asked, Errc why);

  port::Codec& codec_;
  std::map<std::uint64_t, Asked> open_;  ///< By the core's number.
  std::vector<Answer> answers_;
};

}  // namespace buoyant::node
