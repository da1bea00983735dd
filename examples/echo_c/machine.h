// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The replicated state: how many lines there were. Each line's reply is the line itself.
#pragma once

#include <buoyant.h>
#include <stdio.h>

struct machine {
  uint64_t lines;
  FILE* print;  ///< Gets every applied line as "INDEX TERM LINE"; NULL: nobody does.
};

/// For buoyant_open; `machine` must live until the node is closed.
buoyant_state_machine_t machine_table(struct machine* machine);
