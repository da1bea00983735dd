// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Wires that can be cut.

#include "tests/support/process/relay.h"

#include "tests/process/fake_kv.h"
#include "tests/support/process/loopback.h"
#include "tests/support/process/resp_client.h"

#include <gtest/gtest.h>

#include <string>

namespace buoyant::process {

class RelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    port_ = free_ports(1).front();
    relays_.add(port_, server_.port());
    relays_.start();
  }

  static Deadline soon() { return within(std::chrono::seconds(20)); }

  static Deadline a_moment() { return within(std::chrono::milliseconds(200)); }

  static std::string ask(RespClient& client, const std::string& key, Deadline deadline) {
    const auto reply = client.ask({"GET", key}, deadline);
    return reply ? shown(*reply) : "";
  }

  FakeKv server_{FakeKvFaults()};
  std::uint16_t port_ = 0;
  Relays relays_;
};

TEST_F(RelayTest, AWholeWireCarriesBothWays) {
  RespClient client(port_);

  EXPECT_EQ(shown(*client.ask({"SET", "k", std::string(1'000'000, 'x')}, soon())), "+OK");
  EXPECT_EQ(ask(client, "k", soon()).size(), 1'000'001U);
}

TEST_F(RelayTest, ABrokenWireEndsConnectionsAndTakesNone) {
  RespClient client(port_);
  ASSERT_EQ(ask(client, "k", soon()), "$-1");

  relays_.set(port_, Relays::Wire::kBroken);
  RespClient other(port_);

  EXPECT_EQ(ask(client, "k", soon()), "");
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(ask(other, "k", soon()), "");
  EXPECT_FALSE(other.is_open());
}

TEST_F(RelayTest, ASilentWireKeepsConnectionsAndCarriesNothingUntilItIsWhole) {
  RespClient client(port_);
  ASSERT_EQ(ask(client, "k", soon()), "$-1");

  relays_.set(port_, Relays::Wire::kSilent);

  EXPECT_EQ(ask(client, "k", a_moment()), "");
  EXPECT_TRUE(client.is_open());
  relays_.set(port_, Relays::Wire::kWhole);
  EXPECT_EQ(shown(*client.read(soon())), "$-1");
}

TEST_F(RelayTest, ALimitedWireTakesItsTime) {
  RespClient client(port_);
  relays_.limit(port_, 1'000'000);
  const auto before = Clock::now();

  EXPECT_EQ(shown(*client.ask({"SET", "k", std::string(500'000, 'x')}, soon())), "+OK");

  EXPECT_GT(Clock::now() - before, std::chrono::milliseconds(300));
}

TEST_F(RelayTest, AWireToNobodyEndsConnections) {
  const std::vector<std::uint16_t> ports = free_ports(2);
  Relays relays;
  relays.add(ports[0], ports[1]);
  relays.start();

  RespClient client(ports[0]);

  EXPECT_EQ(ask(client, "k", soon()), "");
  EXPECT_FALSE(client.is_open());
}

}  // namespace buoyant::process
