// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Handshakes: what this server says of itself, and whom it talks to.
///
/// Ids that are unknown here are accepted: a server that lags behind may not know a new voter
/// (§4.1, M5). Only who is missing from a committed configuration that is not older than its own is
/// told that it was removed. What counts as its own is the newest in its log, committed or not:
/// what it knows to be committed it has forgotten after a restart, and whoever has been added has
/// the entry that says so. Which data directory may stand behind an id is the peer table's
/// business.
#pragma once

#include "buoyant/model/configuration.h"
#include "buoyant/model/hello.h"
#include "buoyant/port/transport.h"
#include "node/peer_table.h"

#include <map>
#include <utility>

namespace buoyant::node {

/// Owned by the engine.
class Links {
 public:
  explicit Links(Identity identity, const std::vector<PeerIdentity>& peers = {})
      : identity_(std::move(identity)), peers_(peers) {}

  /// What is said of this server's log in each handshake from now on.
  void set_configuration_index(Index index) noexcept { configuration_index_ = index; }

  /// The next configuration is committed. Whoever leaves with it may come back with another
  /// directory.
  void set_committed(const ConfigurationAt& configuration);

  [[nodiscard]] const ConfigurationAt& committed() const noexcept { return committed_; }

  /// A committed configuration does not have this peer, and it knew no newer one when it connected.
  [[nodiscard]] bool is_removed(ServerId peer) const noexcept;

  /// The peer's answer to our dial says that this server was removed, from a committed
  /// configuration that is not older than the newest in this server's log. One that is may have
  /// been on its way while the log told of a later one.
  [[nodiscard]] bool is_removed_by(ServerId peer, const HelloReply& reply) const noexcept {
    return reply.refusal == Refusal::kRemoved && reply.identity.cluster == identity_.cluster &&
           reply.identity.server == peer && agrees_with(reply.bootstrap) &&
           reply.configuration_index >= configuration_index_;
  }

  /// What make_hello says next is the answer to a hello: with kRemoved it names the committed
  /// configuration that leaves the dialler out. kNone: as always.
  void set_answer(Refusal answer) noexcept { answer_ = answer; }

  /// Zero: not known.
  void set_bootstrap(std::uint64_t checksum) noexcept { bootstrap_ = checksum; }

  [[nodiscard]] std::uint64_t bootstrap() const noexcept { return bootstrap_; }

  [[nodiscard]] const Identity& identity() const noexcept { return identity_; }

  [[nodiscard]] Hello make_hello(ServerId peer) const;

  /// Whether the dialler is admitted; if so its directory is remembered.
  Refusal on_hello(const Hello& hello);

  /// False: the peer's log began with another entry than ours, which was not known when it was
  /// admitted. Two bootstraps must never mix.
  [[nodiscard]] bool began_alike(ServerId peer) const noexcept;

  [[nodiscard]] PeerTable& peers() noexcept { return peers_; }

  [[nodiscard]] const PeerTable& peers() const noexcept { return peers_; }

  /// Why the peer was refused here last; kNone: it was not, or was admitted since.
  [[nodiscard]] Refusal refusal_of(ServerId peer) const;

  /// Notes how a handshake with a peer ended; true: its operator was not told of this reason yet.
  bool is_news(ServerId peer, Refusal refusal);

  /// Notes why the dialler does not admit this server, if this server waits to be added: else it
  /// dials by itself, and goes by the answers. True: its operator was not told of this yet.
  bool note_refused_by(const Hello& hello);

  /// Who does not admit this server, and why, as far as it was noted; kNone: nobody.
  [[nodiscard]] std::pair<ServerId, Refusal> refused_by() const;

  /// Whether who answered our dial is the peer that we meant.
  Refusal on_hello_reply(ServerId peer, const HelloReply& reply);

 private:
  /// False: it is known that the logs begin with different entries.
  [[nodiscard]] bool agrees_with(std::uint64_t bootstrap) const noexcept {
    return bootstrap == 0 || bootstrap_ == 0 || bootstrap == bootstrap_;
  }

  [[nodiscard]] bool leaves_out(ServerId peer, Index its_configuration) const noexcept;
  Refusal check(ServerId peer, const Identity& identity, std::uint64_t bootstrap);

  Identity identity_;
  Index configuration_index_;
  Refusal answer_ = Refusal::kNone;
  ConfigurationAt committed_;
  /// What configuration they knew when they connected.
  std::map<ServerId, Index> configurations_;
  std::uint64_t bootstrap_ = 0;
  PeerTable peers_;
  /// What their logs began with, as far as they said.
  std::map<ServerId, std::uint64_t> bootstraps_;
  /// Why they were refused last.
  std::map<ServerId, Refusal> refused_;
  std::map<ServerId, Refusal> refused_by_;
};

/// Everybody but `self`, for Transport::set_peers.
std::vector<port::PeerAddress> peers_of(const Configuration& configuration, ServerId self);

}  // namespace buoyant::node
