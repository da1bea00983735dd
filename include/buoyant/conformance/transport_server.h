// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One server's end of a transport under test, for the conformance suites.
#pragma once

#include "buoyant/conformance/transport_recorder.h"
#include "buoyant/port/transport.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::conformance {

struct TransportLimits {
  std::size_t frame_bytes_max = std::size_t{4} << 20U;
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
  std::size_t snapshot_queue_bytes_max = std::size_t{4} << 20U;
};

/// One server's end: a transport, and what it heard.
template <class Harness>
class TransportServer {
 public:
  TransportServer(Harness& harness, std::uint64_t id, TransportLimits limits = {},
                  const std::string& old_address = "")
      : harness_(harness), events(ServerId(id)) {
    transport = old_address.empty() ? harness.open(ServerId(id), limits)
                                    : harness.reopen(ServerId(id), limits, old_address);
    address = harness.address_of(*transport);
    events.transport = transport.get();
    call([&] { transport->start(events); });
  }

  TransportServer(const TransportServer&) = delete;
  TransportServer& operator=(const TransportServer&) = delete;

  ~TransportServer() {
    if (transport) {
      close();
    }
    EXPECT_EQ(events.events_inside_calls, 0U);
  }

  /// Runs a call of the user, inside which no event may come.
  void call(const std::function<void()>& function) {
    events.inside_call = true;
    function();
    events.inside_call = false;
  }

  void set_peers(const std::vector<std::pair<std::uint64_t, std::string>>& peers) {
    std::vector<port::PeerAddress> list;
    list.reserve(peers.size());
    for (const auto& [id, peer_address] : peers) {
      list.push_back({ServerId(id), peer_address});
    }
    call([&] { transport->set_peers(list); });
  }

  port::SendResult send(std::uint64_t peer, port::Channel channel, const Frame& frame) {
    port::SendResult result{};
    call([&] { result = transport->send(ServerId(peer), channel, frame); });
    return result;
  }

  port::SendResult request(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kRequest, text_frame(text));
  }

  port::SendResult reply(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kReply, text_frame(text));
  }

  port::SendResult snapshot(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kSnapshot, text_frame(text));
  }

  port::SendResult snapshot_reply(std::uint64_t peer, std::string_view text) {
    return send(peer, port::Channel::kSnapshotReply, text_frame(text));
  }

  void link_snapshots(std::uint64_t peer, bool wanted) {
    call([&] { transport->link_snapshots(ServerId(peer), wanted); });
  }

  void flush() {
    call([&] { transport->flush(); });
  }

  bool wait_for(const std::string& event) {
    return harness_.run_until([&] { return events.has(event); });
  }

  /// Closes, and checks that no event comes after that.
  void close() {
    bool closed = false;
    call([&] { transport->close([&] { closed = true; }); });
    EXPECT_FALSE(closed);
    const std::size_t before = events.log.size();
    EXPECT_TRUE(harness_.run_until([&] { return closed; }));
    EXPECT_EQ(events.log.size(), before);
    transport.reset();
  }

  [[nodiscard]] port::PeerLinkStatus link(std::uint64_t peer) const {
    for (const port::PeerLinkStatus& status : transport->status()) {
      if (status.id == ServerId(peer)) {
        return status;
      }
    }
    return {};
  }

 private:
  Harness& harness_;

 public:
  TransportRecorder events;
  std::unique_ptr<port::Transport> transport;
  std::string address;
};

/// What the suites have in common.
template <class Harness>
class TransportFixture : public testing::Test {
 protected:
  using Server = TransportServer<Harness>;

  /// Makes `from` dial `to` and waits until it is connected.
  void connect(Server& from, Server& to) {
    const std::string id = to_text(to.events.identity.server);
    from.set_peers({{to.events.identity.server.value(), to.address}});
    ASSERT_TRUE(from.wait_for("connected " + id));
  }

  /// The same, and then of the connection for snapshots.
  void connect_snapshots(Server& from, Server& to) {
    const std::uint64_t id = to.events.identity.server.value();
    connect(from, to);
    from.link_snapshots(id, true);
    ASSERT_TRUE(from.wait_for("snapshot_connected " + std::to_string(id)));
  }

  Harness harness_;
};

}  // namespace buoyant::conformance
