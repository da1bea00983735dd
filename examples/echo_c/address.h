// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Listening on "HOST:PORT", for clients and for metrics.
#pragma once

#include <uv.h>

/// Makes `listener` a handle of the loop, in any case, and has it listen; a name is looked up at
/// once, which may block. 0, or an error of libuv.
int listen_on(uv_loop_t* loop, uv_tcp_t* listener, const char* address, uv_connection_cb cb);
