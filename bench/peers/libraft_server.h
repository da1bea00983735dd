// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One server process of libraft_bench: Debian's libraft with its own libuv storage and
/// transport, driven by the same lines as a server of cluster_bench.
#pragma once

#include "bench/cluster/server.h"

namespace buoyant::bench {

/// Set in the environment of the servers: connections get TCP_NODELAY, which libraft itself
/// leaves off.
inline constexpr const char* kLibraftNodelay = "BUOYANT_LIBRAFT_NODELAY";

/// Runs until standard input ends; the exit code of the process.
int run_libraft_server(const ServerArguments& arguments);

}  // namespace buoyant::bench
