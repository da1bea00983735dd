// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What the node tells over HTTP: /metrics for Prometheus, /status and /trace as JSON.
///
/// One request for each connection, which is closed behind its answer, and after 10 s in any case.
#pragma once

#include <uv.h>

#include <buoyant.h>

struct scrape;

struct metrics {
  uv_tcp_t listener;
  buoyant_node_t* node;
  struct scrape* first;
  size_t count;
};

/// Listens on "HOST:PORT"; 0, or an error of libuv. In any case metrics_close follows.
int metrics_listen(struct metrics* metrics, uv_loop_t* loop, buoyant_node_t* node,
                   const char* address);

/// Ends the listener and all connections. The node is asked nothing more, and may be closed.
void metrics_close(struct metrics* metrics);
