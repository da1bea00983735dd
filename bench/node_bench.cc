// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// node_bench: what whole nodes cost - core, node, codec, frames - when disks and network cost
// nothing: all servers of a cluster in one thread and in virtual time.

#include "bench/micro/memory_cluster.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>

namespace {

using buoyant::bench::MemoryCluster;

/// Arguments: servers, proposals outstanding at the leader, bytes of each.
void propose_to_applied(benchmark::State& state) {
  MemoryCluster cluster(static_cast<std::size_t>(state.range(0)));
  const std::int64_t step = std::max<std::int64_t>(state.range(1), 64);
  cluster.load(static_cast<std::uint64_t>(state.range(1)),
               static_cast<std::size_t>(state.range(2)));
  // Until everything is as it stays: windows, caches, snapshots.
  if (!cluster.run(static_cast<std::uint64_t>(step))) {
    state.SkipWithError("a proposal failed");
    return;
  }
  while (state.KeepRunning()) {
    if (!cluster.run(static_cast<std::uint64_t>(step))) {
      state.SkipWithError("a proposal failed");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations() * step);
}

BENCHMARK(propose_to_applied)
    ->ArgNames({"servers", "outstanding", "payload"})
    ->ArgsProduct({{3}, {1, 16, 256, 4096}, {256}})
    ->Args({3, 256, 64})
    ->Args({3, 256, 4096})
    ->Args({3, 64, 65536})
    ->Args({1, 256, 256})
    ->Args({5, 256, 256})
    ->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
