// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/roster.h"

#include "node/links.h"

#include <algorithm>
#include <utility>

namespace buoyant::node {

std::string Roster::address_of(ServerId id) const {
  const auto found = std::find_if(peers_.begin(), peers_.end(),
                                  [id](const port::PeerAddress& peer) { return peer.id == id; });
  return found == peers_.end() ? std::string() : found->address;
}

bool Roster::update(const Configuration& configuration, std::vector<ServerId> leaving,
                    bool is_over) {
  std::vector<port::PeerAddress> wanted;
  if (!is_over) {
    wanted = peers_of(configuration, self_);
    for (const ServerId id : leaving) {
      // Its address is in no configuration any more.
      if (std::string address = address_of(id); !address.empty()) {
        wanted.push_back({.id = id, .address = std::move(address)});
      }
    }
  }
  const bool changed = wanted != peers_;
  peers_ = std::move(wanted);
  return changed;
}

}  // namespace buoyant::node
