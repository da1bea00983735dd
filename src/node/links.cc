// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "node/links.h"

#include <utility>

namespace buoyant::node {

namespace {

constexpr std::size_t kKnownMax = PeerTable::kPeersMax;

}  // namespace

Hello Links::make_hello(ServerId peer) const {
  const bool removes = answer_ == Refusal::kRemoved;
  return {.identity = identity_,
          .expected = peer,
          .configuration_index = removes ? committed_.index : configuration_index_,
          .bootstrap = bootstrap_,
          .purpose = LinkPurpose::kRequests,
          .refusal = refusal_of(peer)};
}

Refusal Links::on_hello(const Hello& hello) {
  if (hello.version_max < kWireVersionMin || hello.version_min > kWireVersionMax) {
    return Refusal::kVersion;
  }
  if (hello.identity.cluster != identity_.cluster) {
    return Refusal::kCluster;
  }
  if (hello.expected != identity_.server) {
    return Refusal::kNotMe;
  }
  const ServerId peer = hello.identity.server;
  if (!agrees_with(hello.bootstrap)) {
    return Refusal::kBootstrap;
  }
  if (leaves_out(peer, hello.configuration_index)) {
    configurations_.erase(peer);
    return Refusal::kRemoved;
  }
  const Refusal refusal = check(peer, hello.identity, hello.bootstrap);
  if (refusal == Refusal::kNone) {
    if (configurations_.size() >= kKnownMax) {
      std::erase_if(configurations_, [this](const auto& each) {
        return committed_.configuration.find(each.first) == nullptr;
      });
    }
    configurations_[peer] = hello.configuration_index;
  }
  return refusal;
}

Refusal Links::on_hello_reply(ServerId peer, const HelloReply& reply) {
  if (reply.version < kWireVersionMin || reply.version > kWireVersionMax) {
    return Refusal::kVersion;
  }
  if (reply.identity.cluster != identity_.cluster) {
    return Refusal::kCluster;
  }
  if (reply.identity.server != peer) {
    return Refusal::kNotMe;
  }
  return check(peer, reply.identity, reply.bootstrap);
}

Refusal Links::check(ServerId peer, const Identity& identity, std::uint64_t bootstrap) {
  if (peer == identity_.server) {
    return Refusal::kSelf;
  }
  if (!agrees_with(bootstrap)) {
    return Refusal::kBootstrap;
  }
  if (peers_.is_full() && committed_.configuration.find(peer) != nullptr) {
    // Members come before whoever else has been here.
    peers_.keep_only(committed_.configuration);
    // What others began with is kept where it tells something.
    std::erase_if(bootstraps_, [this](const auto& each) {
      return committed_.configuration.find(each.first) == nullptr && agrees_with(each.second);
    });
  }
  const Refusal refusal = peers_.admit(identity, committed_.index);
  if (refusal == Refusal::kNone) {
    bootstraps_[peer] = bootstrap;
  }
  return refusal;
}

void Links::set_committed(const ConfigurationAt& configuration) {
  const std::vector<ServerId> before = committed_.configuration.ids();
  committed_ = configuration;
  for (const ServerId id : before) {
    if (configuration.configuration.find(id) == nullptr) {
      peers_.forget(id, configuration.index);
      bootstraps_.erase(id);
      refused_.erase(id);
    }
  }
}

bool Links::leaves_out(ServerId peer, Index its_configuration) const noexcept {
  return peer != identity_.server && !committed_.configuration.empty() &&
         committed_.configuration.find(peer) == nullptr && its_configuration <= committed_.index;
}

bool Links::is_removed(ServerId peer) const noexcept {
  const auto found = configurations_.find(peer);
  return found != configurations_.end() && leaves_out(peer, found->second);
}

bool Links::began_alike(ServerId peer) const noexcept {
  const auto found = bootstraps_.find(peer);
  return bootstrap_ == 0 || found == bootstraps_.end() || found->second == 0 ||
         found->second == bootstrap_;
}

Refusal Links::refusal_of(ServerId peer) const {
  const auto found = refused_.find(peer);
  return found == refused_.end() ? Refusal::kNone : found->second;
}

bool Links::is_news(ServerId peer, Refusal refusal) {
  if (refusal == Refusal::kNone) {
    refused_.erase(peer);
    return false;
  }
  const auto found = refused_.find(peer);
  if (found == refused_.end()) {
    // Beyond the bound every refusal is news: better too much said than memory without end.
    if (refused_.size() < kKnownMax) {
      refused_.emplace(peer, refusal);
    }
    return true;
  }
  return std::exchange(found->second, refusal) != refusal;
}

bool Links::note_refused_by(const Hello& hello) {
  const ServerId peer = hello.identity.server;
  const bool is_meant = hello.identity.cluster == identity_.cluster &&
                        hello.expected == identity_.server && peer != identity_.server;
  const bool is_waiting = !configuration_index_.is_set();
  if (!is_meant) {
    return false;
  }
  if (!is_waiting || hello.refusal == Refusal::kNone) {
    refused_by_.erase(peer);
    return false;
  }
  if (refused_by_.size() >= kMembersMax && !refused_by_.contains(peer)) {
    return false;
  }
  return std::exchange(refused_by_[peer], hello.refusal) != hello.refusal;
}

std::pair<ServerId, Refusal> Links::refused_by() const {
  if (configuration_index_.is_set() || refused_by_.empty()) {
    return {};
  }
  return *refused_by_.begin();
}

std::vector<port::PeerAddress> peers_of(const Configuration& configuration, ServerId self) {
  std::vector<port::PeerAddress> peers;
  for (const ServerId id : configuration.ids()) {
    if (id != self) {
      peers.push_back({.id = id, .address = configuration.find(id)->address});
    }
  }
  return peers;
}

}  // namespace buoyant::node
