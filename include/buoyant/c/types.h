// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The small values that the rest of the C API is made of.
///
/// Indexes, terms and ids are 64-bit numbers; 0 is "none" for each of them.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include <stddef.h>
#include <stdint.h>

/// One server of a replicated log; see node.h. The library allocates and frees it.
typedef struct buoyant_node_s buoyant_node_t;

/// Bytes that somebody else owns.
typedef struct buoyant_buf_s {
  const void* base;
  size_t len;
} buoyant_buf_t;

/// An entry's place in the log, and the term of the leader that put it there.
typedef struct buoyant_position_s {
  uint64_t term;
  uint64_t index;
} buoyant_position_t;

enum buoyant_member_role {
  BUOYANT_VOTER = 0,
  BUOYANT_LEARNER = 1  ///< Receives entries and does not vote (§4.2.1).
};

/// A server of a configuration.
typedef struct buoyant_member_s {
  uint64_t id;
  const char* address;  ///< "HOST:PORT" of its peer port.
  int role;             ///< enum buoyant_member_role.
} buoyant_member_t;

/// Who takes part (§4). While there is an outgoing half the configuration is joint (§4.3).
typedef struct buoyant_configuration_s {
  uint64_t index;  ///< Where it stands in the log.
  const buoyant_member_t* members;
  size_t member_count;
  const buoyant_member_t* outgoing;
  size_t outgoing_count;
} buoyant_configuration_t;

// NOLINTEND
