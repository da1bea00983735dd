// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// core_bench: what the rules of Raft cost by themselves: cores of all servers in one thread, from
// propose to committed, without payloads, disks and networks.

#include "bench/micro/core_group.h"

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

using buoyant::bench::CoreGroup;

/// Arguments: servers, proposals of one turn.
void propose_to_committed(benchmark::State& state) {
  CoreGroup group(static_cast<std::size_t>(state.range(0)));
  const auto batch = static_cast<std::uint64_t>(state.range(1));
  while (state.KeepRunning()) {
    if (!group.commit(batch)) {
      state.SkipWithError("a proposal was not committed");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
}

BENCHMARK(propose_to_committed)
    ->ArgNames({"servers", "batch"})
    ->ArgsProduct({{3}, {1, 16, 64, 256, 4096}})
    ->Args({1, 256})
    ->Args({5, 256})
    ->Args({7, 256});

}  // namespace

BENCHMARK_MAIN();
