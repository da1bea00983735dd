// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One connection: lines in, and how long it lives.
///
/// It is held by its connection, by each of its lines and by who walks over them; the last of them
/// frees it. At a bound nothing more is read from it.
#pragma once

#include "clients.h"

#include <stdbool.h>

enum {
  LINE_BYTES_MAX = 65536,
  INPUT_BYTES = LINE_BYTES_MAX + 2  ///< A line, and "\r\n".
};

struct line;

struct client {
  uv_tcp_t tcp;
  uv_shutdown_t shutdown;
  struct clients* all;
  struct client* next;
  struct line* first;  ///< Lines in their order, until their answer is given to libuv.
  struct line** end;
  size_t lines;  ///< That exist.
  size_t holds;
  bool has_ended;   ///< It sends nothing more; it is closed when all is answered.
  bool is_refused;  ///< What it sends is dropped; it is told that all is answered.
  size_t input_len;
  char input[INPUT_BYTES];
};

/// Takes a connection that waits at the listener, into the list of `all`.
void client_accept(struct clients* all, uv_stream_t* listener);

/// Takes the lines that are there, and decides how it goes on.
void client_advance(struct client* client);

void client_close(struct client* client);

bool client_is_closing(const struct client* client);

void client_hold(struct client* client);
void client_release(struct client* client);
