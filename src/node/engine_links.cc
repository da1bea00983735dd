// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Who is connected, and who counts: a peer does when its identity is on this server's disk.

#include "node/engine.h"

#include <utility>

namespace buoyant::node {

void Engine::on_hello(port::ConnectionId connection, const Hello& hello) noexcept {
  links_.set_configuration_index(raft_->configuration().index);
  if (is_live() && links_.note_refused_by(hello)) {
    add_event(
        [peer = hello.identity.server, refusal = hello.refusal](Observer& observer) {
          observer.on_trouble(peer, refused_message(refusal), std::string());
        },
        true);
  }
  const Refusal refusal = is_live() ? links_.on_hello(hello) : Refusal::kNotReady;
  if (refusal != Refusal::kNone || !links_.peers().is_pending(hello.identity.server)) {
    admit(connection, hello, refusal);
  } else if (waiting_hellos_.size() < kWaitingHellosMax) {
    waiting_hellos_.push_back({.connection = connection, .hello = hello});
    wake();
  } else {
    // The disk does not keep up. Nothing is wrong with the peer.
    ports_.transport->admit(connection, Refusal::kNotReady);
  }
}

void Engine::admit(port::ConnectionId connection, const Hello& hello, Refusal refusal) {
  const ServerId peer = hello.identity.server;
  // Answers are owed on the connection of the requests: one for snapshots replaces it not.
  if (refusal == Refusal::kNone && hello.purpose == LinkPurpose::kRequests) {
    forward_answers_.forget(peer);
    read_answers_.forget(peer);
    control_answers_.forget(peer);
  }
  report_refusal(peer, refusal);
  links_.set_answer(refusal);
  ports_.transport->admit(connection, refusal);
  links_.set_answer(Refusal::kNone);
}

Hello Engine::make_hello(ServerId peer) noexcept {
  links_.set_configuration_index(raft_->configuration().index);
  return links_.make_hello(peer);
}

Refusal Engine::on_hello_reply(ServerId peer, const HelloReply& reply) noexcept {
  const Refusal refusal = is_live() ? links_.on_hello_reply(peer, reply) : Refusal::kNotReady;
  report_refusal(peer, refusal);
  return refusal;
}

void Engine::report_refusal(ServerId peer, Refusal refusal) {
  if (is_live() && links_.is_news(peer, refusal)) {
    add_event(
        [peer, refusal](Observer& observer) {
          observer.on_trouble(peer, "refused a connection", refusal_message(refusal));
        },
        true);
  }
}

void Engine::on_connected(ServerId peer) noexcept {
  if (!links_.peers().is_pending(peer)) {
    adopt_connected(peer);
  } else {
    waiting_links_.insert({.peer = peer, .purpose = LinkPurpose::kRequests});
    wake();
  }
}

void Engine::adopt_connected(ServerId peer) {
  connected_.insert(peer);
  if (is_live()) {
    raft_->peer_reachable(now(), peer);
    add_event([peer](Observer& observer) { observer.on_peer(peer, true); }, true);
    wake();
  }
}

void Engine::on_disconnected(ServerId peer) noexcept {
  if (waiting_links_.erase({.peer = peer, .purpose = LinkPurpose::kRequests}) > 0) {
    return;
  }
  connected_.erase(peer);
  if (is_live()) {
    raft_->peer_unreachable(now(), peer);
    replicator_.on_disconnected(peer);
    forwarder_.on_disconnected(peer);
    reads_.on_disconnected(peer);
    control_requests_.on_disconnected(peer);
    add_event([peer](Observer& observer) { observer.on_peer(peer, false); }, true);
    wake();
  }
}

void Engine::on_writable(ServerId /*peer*/) noexcept {
  wake();
}

void Engine::on_snapshot_connected(ServerId peer) noexcept {
  if (!links_.peers().is_pending(peer)) {
    snapshot_out_.on_connected(peer);
  } else {
    waiting_links_.insert({.peer = peer, .purpose = LinkPurpose::kSnapshots});
  }
  wake();
}

void Engine::on_snapshot_disconnected(ServerId peer) noexcept {
  if (waiting_links_.erase({.peer = peer, .purpose = LinkPurpose::kSnapshots}) == 0) {
    snapshot_out_.on_disconnected(peer);
  }
  wake();
}

void Engine::on_snapshot_writable(ServerId /*peer*/) noexcept {
  wake();
}

void Engine::request_peers_write() {
  if (links_.peers().is_write_due()) {
    raft_->request_write(now());
  }
}

void Engine::write_peers(const core::Write& write) {
  std::optional<std::vector<PeerIdentity>> peers;
  if (!write.empty() && links_.peers().is_write_due()) {
    peers = links_.peers().begin_write();
    peers_write_ = write.id;
  }
  persister_.submit(write, std::move(peers));
  if (!write.empty()) {
    write_times_.submitted(clock_, persister_.storage_id(write.id));
  }
}

void Engine::on_peers_written() {
  peers_write_ = {};
  links_.peers().end_write();
  for (const WaitingHello& each : std::exchange(waiting_hellos_, {})) {
    // Another one under the same id may have come meanwhile.
    on_hello(each.connection, each.hello);
  }
  for (const port::LinkKey& link : std::exchange(waiting_links_, {})) {
    if (link.purpose == LinkPurpose::kRequests) {
      on_connected(link.peer);
    } else {
      on_snapshot_connected(link.peer);
    }
  }
}

}  // namespace buoyant::node
