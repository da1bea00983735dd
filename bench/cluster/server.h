// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One server process of cluster_bench: a node on a loop, driven by lines on its standard
/// input, answering with lines on its standard output.
///
///   in:  RUN {json of Work}
///        STATUS
///        SNAPSHOT
///   out: ROLE leader|follower...      at every change
///        BEGIN, END                   when measuring begins and ends
///        POINT {json of Point}        when a run is over
///        LOST                         when leadership was lost during a run
///        STATUS {json}                last, durable and applied index, and what became of
///                                     snapshots
///        SNAPSHOT taken|WHY           when a snapshot was taken, or not
/// The end of its input stops it.
#pragma once

#include "buoyant/model/configuration.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::bench {

struct ServerArguments {
  std::uint64_t id = 0;
  std::string data;
  std::vector<Member> members;
  /// The leader may answer reads by its lease.
  bool lease_reads = false;
  /// Its points say where the time of a proposal goes.
  bool has_stages = false;
  /// The directory with its certificates; "": it talks to its peers in the clear.
  std::string tls;
  /// How large its state is in a snapshot. 0: it takes none, and its log is kept as a whole.
  std::uint64_t snapshot_bytes = 0;
};

/// Runs until standard input ends; the exit code of the process.
int run_server(const ServerArguments& arguments);

}  // namespace buoyant::bench
