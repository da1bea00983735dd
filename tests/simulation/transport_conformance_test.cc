// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/conformance/transport_conformance.h"

#include "simulation/transport.h"
#include "tests/support/hello_codec.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace buoyant::simulation::transport_conformance_test {

class Harness final : private MessageWatcher {
 public:
  Harness() = default;
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  ~Harness() {
    run_for(std::chrono::minutes(1));
    EXPECT_EQ(network_.held(), 0U);
  }

  std::unique_ptr<port::Transport> open(ServerId id, const conformance::TransportLimits& limits) {
    return reopen(id, limits, "address " + std::to_string(++opened_));
  }

  std::unique_ptr<port::Transport> reopen(ServerId id, const conformance::TransportLimits& limits,
                                          const std::string& address) {
    ++starts_;
    auto transport = std::make_unique<SimulatedTransport>(
        std::make_shared<Process>(context_, id, starts_, Clock()), network_,
        static_cast<MessageWatcher&>(*this), codec_,
        TransportSettings{.address = address,
                          .frame_bytes_max = limits.frame_bytes_max,
                          .queue_bytes_max = limits.queue_bytes_max,
                          .snapshot_queue_bytes_max = limits.snapshot_queue_bytes_max},
        Random(starts_));
    addresses_[transport.get()] = address;
    return transport;
  }

  std::string address_of(port::Transport& transport) { return addresses_.at(&transport); }

  bool run_until(const std::function<bool()>& condition) {
    const Instant until = context_.now() + std::chrono::minutes(1);
    while (!condition()) {
      if (!context_.timeline.run_one(until)) {
        return condition();
      }
    }
    return true;
  }

  void run_some() { run_for(std::chrono::milliseconds(10)); }

 private:
  void on_sent(Process& /*process*/, ServerId /*to*/, const port::Decoded& /*message*/) override {}

  void run_for(Duration duration) {
    const Instant until = context_.now() + duration;
    while (context_.timeline.run_one(until)) {
    }
  }

  Plan plan_;
  TraceSink sink_;
  Context context_{plan_, sink_};
  Network network_{context_};
  tests::HelloCodec codec_;
  std::uint64_t opened_ = 0;
  std::uint64_t starts_ = 0;
  std::map<const port::Transport*, std::string> addresses_;
};

}  // namespace buoyant::simulation::transport_conformance_test

BUOYANT_INSTANTIATE_TRANSPORT_CONFORMANCE(Simulated,
                                          simulation::transport_conformance_test::Harness);
