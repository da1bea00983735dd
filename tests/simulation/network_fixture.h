// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Two processes on a network, for the tests of what it does to their bytes.
#pragma once

#include "simulation/network.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::simulation::network_fixture {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Takes what is dialled, and writes down what happens.
class Owner final : public ConnectionOwner {
 public:
  void on_open(const ConnectionPointer& /*connection*/) override { log.emplace_back("open"); }

  void on_accepted(const ConnectionPointer& connection) override {
    accepted = connection;
    log.emplace_back("accepted");
  }

  void on_bytes(const ConnectionPointer& /*connection*/, Side /*side*/, ByteView bytes) override {
    ++pieces;
    text += text_of(bytes);
  }

  void on_end(const ConnectionPointer& /*connection*/, Side /*side*/, const char* why) override {
    log.emplace_back(why);
  }

  ConnectionPointer accepted;
  std::string text;
  std::size_t pieces = 0;
  std::vector<std::string> log;
};

using Log = std::vector<std::string>;

/// Server one dials server two.
class NetworkFixture : public RunFixture {
 protected:
  void SetUp() override { make_network(); }

  void make_network() {
    network = std::make_unique<Network>(context);
    network->listen("two", two, acceptor);
  }

  void dial() { connection = network->dial(one, dialler, "two"); }

  void connect() {
    dial();
    run_for(seconds(1));
    ASSERT_EQ(dialler.log, Log{"open"});
    ASSERT_EQ(acceptor.log, Log{"accepted"});
    dialler.log.clear();
    acceptor.log.clear();
  }

  void send(std::string_view text, Side from = Side::kDialler) {
    const ByteView view = view_of(text);
    network->send(connection, from, {view.begin(), view.end()});
  }

  void block() { network->block(ServerId(1), ServerId(2)); }

  void unblock() { network->unblock(ServerId(1), ServerId(2)); }

  ProcessPointer one = make_process(1);
  ProcessPointer two = make_process(2);
  Owner dialler;
  Owner acceptor;
  std::unique_ptr<Network> network;
  ConnectionPointer connection;
};

}  // namespace buoyant::simulation::network_fixture
