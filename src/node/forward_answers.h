// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The leader's side of forwarding: answers to followers, one ForwardReply per peer and turn.
///
/// An answer promises nothing durable, so it leaves at once. If the peer's queue is full it waits
/// for the next turn; if its connection is gone it is dropped, for the peer knows by then that it
/// will not learn more. Of a peer that goes on asking and does not read, kResultsMax wait: what
/// comes after them is not answered, and the peer learns at its deadline that it learns nothing.
#pragma once

#include "buoyant/model/message.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/transport.h"

#include <cstddef>
#include <map>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class ForwardAnswers {
 public:
  static constexpr std::size_t kResultsMax = 4096;

  explicit ForwardAnswers(port::Codec& codec) : codec_(codec) {}

  /// `count` proposals of `peer` from `sequence` on stand in the log from `first` on.
  void accept(ServerId peer, std::uint64_t sequence, std::uint64_t count, LogPosition first);

  /// They do not, and never will.
  void refuse(ServerId peer, std::uint64_t sequence, std::uint64_t count, Errc why);

  /// The peer dialled anew: what it asked on the old connection is not awaited any more.
  void forget(ServerId peer) { replies_.erase(peer); }

  void send(port::Transport& transport);

  void clear() noexcept { replies_.clear(); }

 private:
  static void add(std::vector<ForwardResult>& results, ForwardResult result);

  port::Codec& codec_;
  std::map<ServerId, ForwardReply> replies_;
};

}  // namespace buoyant::node
