// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A ledger over the disks of three servers.
#pragma once

#include "simulation/ledger.h"
#include "tests/simulation/disks.h"
#include "tests/simulation/run_fixture.h"

#include <cstdint>

namespace buoyant::simulation::ledger_fixture {

class LedgerFixture : public RunFixture {
 protected:
  void write(std::uint64_t server, const port::StorageWrite& write) { rack.write(server, write); }

  /// On the disks of servers one and two: a majority.
  void write_to_majority(const port::StorageWrite& write) {
    rack.write(1, write);
    rack.write(2, write);
  }

  void commit(std::uint64_t server, std::uint64_t through) {
    ledger.commit(rack.of(server), Index(through));
  }

  disks::DeafWatcher deaf;
  disks::Rack rack{3, deaf};
  Ledger ledger{context, rack.list};
};

}  // namespace buoyant::simulation::ledger_fixture
