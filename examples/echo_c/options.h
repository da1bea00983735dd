// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The command line of buoyant-echo-c.
#pragma once

#include <buoyant.h>
#include <stdbool.h>

enum { MEMBERS_MAX = 64 };

struct options {
  buoyant_options_t node;
  buoyant_member_t members[MEMBERS_MAX];
  size_t member_count;
  buoyant_dial_t dial[MEMBERS_MAX];
  buoyant_tls_files_t tls;  ///< All NULL: peers talk in the clear.
  const char* client;       ///< "HOST:PORT" for clients.
  const char* metrics;      ///< "HOST:PORT" for metrics; NULL: none are served.
  bool join;
  bool print;
  int log_level;  ///< enum buoyant_log_level.
};

/// Reads the command line, or says what is wrong with it and exits. The strings stay in `argv`.
void parse_options(int argc, char** argv, struct options* options);
