// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The clients: lines in, the same lines out, in their order, once they are committed and applied.
///
/// Everything is bounded: clients, the length of a line, and of each client the lines that are open
/// and the answers that it did not take; at a bound nothing more is read from it.
#pragma once

#include <uv.h>

#include <buoyant.h>

enum { CLIENTS_MAX = 256 };

struct client;

struct clients {
  uv_tcp_t listener;
  buoyant_node_t* node;
  struct client* first;
  size_t count;
};

/// Listens on "HOST:PORT"; 0, or an error of libuv. In any case clients_close follows.
int clients_listen(struct clients* clients, uv_loop_t* loop, buoyant_node_t* node,
                   const char* address);

/// Ends the listener and all connections. The node is closed before: so all lines are decided.
void clients_close(struct clients* clients);
