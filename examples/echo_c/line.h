// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A line from its arrival until its answer is written, in the order of its connection.
#pragma once

#include "client.h"

/// Takes over a copy of a line: it is replicated, or answered at once with why not.
void line_take(struct client* client, const char* text, size_t len);
