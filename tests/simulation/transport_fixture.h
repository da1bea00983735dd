// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Stations on a network, for the tests of how they reach each other.
#pragma once

#include "adapters/flatbuffers/codec.h"
#include "buoyant/conformance/transport_recorder.h"
#include "simulation/frames.h"
#include "simulation/transport.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buoyant::simulation::transport_fixture {

using port::Channel;
using port::SendResult;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Numbers = std::vector<std::uint64_t>;

class Watcher final : public MessageWatcher {
 public:
  void on_sent(Process& /*process*/, ServerId to, const port::Decoded& message) override {
    lines.push_back("to " + std::to_string(to.value()) + ": " + describe_message(message.message));
  }

  std::vector<std::string> lines;
};

/// One server's end: a process, a transport, and what it tells.
class Station {
 public:
  Station(ProcessPointer its_process, Network& network, MessageWatcher& watcher,
          TransportSettings settings)
      : process(std::move(its_process)),
        events(process->server()),
        transport(std::make_unique<SimulatedTransport>(process, network, watcher, codec,
                                                       std::move(settings), Random(1))) {
    events.transport = transport.get();
    transport->start(events);
  }

  SendResult send(std::uint64_t peer, const Frame& frame, Channel channel = Channel::kRequest) {
    return transport->send(ServerId(peer), channel, frame);
  }

  /// A heartbeat whose round is the number.
  SendResult send_number(std::uint64_t peer, std::uint64_t number,
                         Channel channel = Channel::kRequest) {
    const Heartbeat message{.term = Term(1), .commit = {}, .round = Round(number)};
    return send(peer, codec.encode(GroupId(), message), channel);
  }

  SendResult send_forward(std::uint64_t peer, std::uint64_t number) {
    const std::vector<Bytes> payloads{Bytes::copy_of("proposal")};
    return send(peer, codec.encode_forward(GroupId(), {.first_sequence = number}, payloads));
  }

  /// The numbers of the heartbeats and forwards that arrived.
  Numbers received() {
    Numbers numbers;
    for (const ReceivedFrame& frame : events.frames) {
      const PeerMessage message = codec.decode(frame).value().message;
      const auto* heartbeat = std::get_if<Heartbeat>(&message);
      numbers.push_back(heartbeat != nullptr ? heartbeat->round.value()
                                             : std::get<Forward>(message).first_sequence);
    }
    return numbers;
  }

  [[nodiscard]] port::PeerLinkStatus link() const { return transport->status().at(0); }

  ProcessPointer process;
  flatbuf::FlatbuffersCodec codec;
  conformance::TransportRecorder events;
  std::unique_ptr<SimulatedTransport> transport;
};

inline Numbers up_to(std::uint64_t last) {
  Numbers numbers;
  for (std::uint64_t number = 1; number <= last; ++number) {
    numbers.push_back(number);
  }
  return numbers;
}

/// Server one dials server two.
class TransportFixture : public RunFixture {
 protected:
  std::unique_ptr<Station> make(std::uint64_t id, std::size_t queue_bytes_max = 1'000'000) {
    return std::make_unique<Station>(
        make_process(id), network, watcher,
        TransportSettings{.address = "server:" + std::to_string(id),
                          .frame_bytes_max = 100'000,
                          .queue_bytes_max = queue_bytes_max,
                          .snapshot_queue_bytes_max = queue_bytes_max});
  }

  /// Of a release that speaks these wire versions.
  std::unique_ptr<Station> make_release(std::uint64_t id, std::uint16_t version_min,
                                        std::uint16_t version_max) {
    return std::make_unique<Station>(make_process(id), network, watcher,
                                     TransportSettings{.address = "server:" + std::to_string(id),
                                                       .frame_bytes_max = 100'000,
                                                       .version_min = version_min,
                                                       .version_max = version_max});
  }

  static void aim(Station& from, std::uint64_t peer) {
    from.transport->set_peers({{ServerId(peer), "server:" + std::to_string(peer)}});
  }

  void connect() {
    aim(*one, 2);
    run_for(seconds(1));
    ASSERT_TRUE(one->events.has("connected 2"));
    one->events.log.clear();
    two->events.log.clear();
  }

  void connect_snapshots() {
    connect();
    one->transport->link_snapshots(ServerId(2), true);
    run_for(seconds(1));
    ASSERT_TRUE(one->events.has("snapshot_connected 2"));
    one->events.log.clear();
    two->events.log.clear();
  }

  /// Sends one to `last`, each in a flush of its own, a millisecond apart.
  void send_numbers(std::uint64_t last) {
    for (std::uint64_t number = 1; number <= last; ++number) {
      ASSERT_EQ(one->send_number(2, number), SendResult::kQueued);
      one->transport->flush();
      run_for(milliseconds(1));
    }
  }

  void crash(Station& station) {
    station.process->kill();
    network.drop_process(*station.process);
  }

  Network network{context};
  Watcher watcher;
  std::unique_ptr<Station> one = make(1);
  std::unique_ptr<Station> two = make(2);
};

}  // namespace buoyant::simulation::transport_fixture
