// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Whom this server keeps connections to: the members of the configuration in effect (both halves
/// of a joint one), those who are leaving and do not know it yet, and after its own removal
/// nobody.
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/port/transport.h"

#include <string>
#include <vector>

namespace buoyant::node {

/// Owned by the engine.
class Roster {
 public:
  explicit Roster(ServerId self) : self_(self) {}

  /// What the core says now. True: the list changed.
  /// `is_over`: this server was removed, and has had time to send what it had to.
  bool update(const Configuration& configuration, std::vector<ServerId> leaving, bool is_over);

  /// For Transport::set_peers.
  [[nodiscard]] const std::vector<port::PeerAddress>& peers() const noexcept { return peers_; }

  /// Empty: it is nobody whom we know.
  [[nodiscard]] std::string address_of(ServerId id) const;

 private:
  ServerId self_;
  std::vector<port::PeerAddress> peers_;
};

}  // namespace buoyant::node
