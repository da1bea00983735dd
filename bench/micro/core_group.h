// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Several Raft cores in one thread, with nothing between them: a write is durable as soon as it
/// is asked for, and a message arrives as soon as it is sent. What is left is what the rules
/// themselves cost.
#pragma once

#include "buoyant/core/raft.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace buoyant::bench {

class CoreGroup {
 public:
  /// So many servers, and a leader that has committed an entry of its term.
  explicit CoreGroup(std::size_t servers);

  /// Proposes so many commands, one by one, and lets the group work until the leader has
  /// committed them. False: it did not, which no correct group does.
  bool commit(std::uint64_t count);

 private:
  struct Server {
    std::unique_ptr<core::Raft> raft;
    Instant deadline = Instant::never();
    /// Something came in since its last turn.
    bool has_input = true;
  };

  Server& server(ServerId id) { return servers_[id.value() - 1]; }

  void turn(Server& sender);
  void send(ServerId from, const core::Envelope& envelope);
  void replicate(Server& sender, const core::Replicate& permission);
  /// Turns until nobody has anything to do.
  void settle();
  void elect();

  Instant now_{Duration(1)};
  std::vector<Server> servers_;
  Server* leader_ = nullptr;
  Message append_ = AppendEntries{};
};

}  // namespace buoyant::bench
