// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The server from its beginning to its end: a node, its clients, and what an operator asks.
#pragma once

#include "clients.h"
#include "machine.h"
#include "metrics.h"
#include "options.h"
#include "renewal.h"

struct server {
  uv_loop_t loop;
  struct options options;
  struct machine machine;
  struct clients clients;
  struct metrics metrics;
  struct renewal renewal;
  buoyant_tls_t* tls;  ///< NULL: peers talk in the clear.
  buoyant_node_t* node;
  buoyant_bootstrap_t bootstrap;
  buoyant_transfer_t transfer;
  uv_signal_t terminate, interrupt, report;
  uv_timer_t stop_limit;
  bool is_stopping;
  int exit_code;
};

/// Runs the loop until a signal ends it, or what cannot be; returns the exit code. `loop`,
/// `options` and `machine` are there, the rest is zero.
int server_run(struct server* server);
