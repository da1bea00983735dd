// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A transport that dials other addresses than the configuration says: for proxies and NAT.
#pragma once

#include "buoyant/port/transport.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::standard {

class RedirectedTransport final : public port::Transport {
 public:
  /// `addresses` may name servers that never become peers.
  RedirectedTransport(std::unique_ptr<port::Transport> inner,
                      std::map<ServerId, std::string> addresses)
      : inner_(std::move(inner)), addresses_(std::move(addresses)) {}

  void start(port::TransportEvents& events) noexcept override { inner_->start(events); }

  void set_peers(std::vector<port::PeerAddress> peers) noexcept override {
    for (port::PeerAddress& peer : peers) {
      if (const auto found = addresses_.find(peer.id); found != addresses_.end()) {
        peer.address = found->second;
      }
    }
    inner_->set_peers(std::move(peers));
  }

  void link_snapshots(ServerId peer, bool wanted) noexcept override {
    inner_->link_snapshots(peer, wanted);
  }

  void admit(port::ConnectionId connection, Refusal refusal) noexcept override {
    inner_->admit(connection, refusal);
  }

  port::SendResult send(ServerId peer, port::Channel channel,
                        const Frame& frame) noexcept override {
    return inner_->send(peer, channel, frame);
  }

  void flush() noexcept override { inner_->flush(); }

  [[nodiscard]] std::size_t queued_bytes(ServerId peer) const noexcept override {
    return inner_->queued_bytes(peer);
  }

  [[nodiscard]] std::vector<port::PeerLinkStatus> status() const override {
    return inner_->status();
  }

  [[nodiscard]] port::TransportStatus totals() const override { return inner_->totals(); }

  void close(std::function<void()> done) noexcept override { inner_->close(std::move(done)); }

 private:
  std::unique_ptr<port::Transport> inner_;
  std::map<ServerId, std::string> addresses_;
};

}  // namespace buoyant::standard
