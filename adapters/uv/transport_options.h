// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Options of the transport over TCP, with every bound and its default.
#pragma once

#include "buoyant/base/time.h"
#include "buoyant/port/codec.h"
#include "buoyant/port/loop_poster.h"
#include "buoyant/port/stream_security.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace buoyant::uv {

struct TransportOptions {
  /// Where to listen: "HOST:PORT". A name is resolved once, at open. Port 0: any free one, see
  /// UvTransport::bound_address.
  std::string listen = "127.0.0.1:0";
  /// Allows to listen on other addresses than loopback although nothing is encrypted and
  /// nobody authenticated. Not needed with `security`.
  bool insecure_plaintext = false;

  /// With it nothing is sent or taken in the clear. Null: all is in the clear, and peers are who
  /// they say they are.
  std::shared_ptr<port::StreamSecurity> security;
  /// Secure handshakes that others begin with us. Above it they wait, at most `hello_timeout`.
  std::uint32_t secure_handshakes_per_second = 50;

  /// Encodes the handshake. Borrowed: until close is called.
  port::Codec* codec = nullptr;
  /// The way back from the thread that resolves names.
  std::shared_ptr<port::LoopPoster> poster;

  /// The largest body of a frame from an authenticated peer. Above it: the connection ends.
  std::size_t frame_bytes_max = std::size_t{4} << 20U;
  /// Bytes queued on one connection. At the bound: kQueueFull. An empty queue takes any frame.
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
  /// Bytes read from one connection in one iteration of the loop; the rest waits for the next.
  std::size_t receive_bytes_per_turn = std::size_t{512} << 10U;
  /// Bytes written to one connection at one go; the rest waits for the next iteration.
  std::size_t send_bytes_per_turn = std::size_t{1} << 20U;

  /// The same three of a connection for snapshots (§5): in one iteration of the loop it gets a
  /// smaller share than requests, whose answers somebody awaits.
  std::size_t snapshot_queue_bytes_max = std::size_t{4} << 20U;
  std::size_t snapshot_receive_bytes_per_turn = std::size_t{256} << 10U;
  std::size_t snapshot_send_bytes_per_turn = std::size_t{256} << 10U;

  /// From the first packet to the admission; then the connection ends.
  Duration hello_timeout = std::chrono::seconds(3);
  /// A peer that takes nothing for this long although something waits for it is disconnected.
  Duration peer_stall = std::chrono::seconds(5);
  /// The same of a connection for snapshots. Longer: nobody misses a heartbeat by it, and a
  /// transfer that begins anew costs more than a pause.
  Duration snapshot_stall = std::chrono::seconds(15);
  /// A frame that began to come must be complete after this, or after its length at
  /// `frame_bytes_per_second_min` if that is longer; it is looked at once in that time, so that it
  /// may take twice as long. Then the connection ends.
  Duration frame_timeout = std::chrono::seconds(10);
  std::size_t frame_bytes_per_second_min = std::size_t{64} << 10U;
  /// Between two dials: half to all of a delay that doubles with each failure.
  Duration redial_delay_min = std::chrono::milliseconds(50);
  Duration redial_delay_max = std::chrono::seconds(2);

  /// Accepted connections before their admission. Above it they are closed at once.
  std::size_t unauthenticated_max = 64;
  /// The same from one host.
  std::size_t unauthenticated_per_host_max = 8;
  /// From a host that sent what no server of ours sends, there may be one before its admission:
  /// for this long after the first offence, doubled with each to `penalty_max`. Zero: never. An
  /// admitted connection from there ends it; a member behind the same address is not kept out.
  Duration penalty = std::chrono::seconds(1);
  Duration penalty_max = std::chrono::minutes(1);
  /// Connections accepted in one iteration of the loop; the rest waits for the next.
  std::size_t accepts_per_turn = 16;

  /// Of the jitter between dials. 0: drawn from the system.
  std::uint64_t seed = 0;
};

}  // namespace buoyant::uv
