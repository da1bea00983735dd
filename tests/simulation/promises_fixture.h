// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Three servers whose disks are watched, for the tests of what they promise.
#pragma once

#include "simulation/promises.h"
#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"
#include "tests/support/print.h"

#include <gtest/gtest.h>

#include <vector>

namespace buoyant::simulation::promises_fixture {

using disks::append;
using disks::command;
using disks::noop;
using disks::truncation;
using disks::vote;

/// Three servers whose disks are watched.
class PromisesFixture : public RunFixture {
 protected:
  void SetUp() override {
    list = rack.list;
    promises.set_ledger(ledger);
  }

  void write(std::uint64_t server, const port::StorageWrite& write) { rack.write(server, write); }

  void write_to_all(const port::StorageWrite& write) {
    rack.write(1, write);
    rack.write(2, write);
    rack.write(3, write);
  }

  /// Server one says it to server two.
  void say(const PeerMessage& message) { say(1, 2, message); }

  void say(std::uint64_t from, std::uint64_t to, const PeerMessage& message) {
    promises.on_sent(*make_process(from), ServerId(to),
                     {.message = message, .entries = {}, .payloads = {}});
  }

  void lead(std::uint64_t server, std::uint64_t term) {
    promises.on_leader(ServerId(server), Term(term), 1);
  }

  std::vector<const Disk*> list;
  Promises promises{context, list};
  disks::Rack rack{3, promises};
  Ledger ledger{context, list};
};

}  // namespace buoyant::simulation::promises_fixture
