// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How long proposals, reads and writes took, by stage: histograms, with the usual figures of each.
///
/// What a stage is stands in buoyant/latencies.h. All of them count from when the node was opened
/// on; buoyant_latencies_since gives what happened between two copies. A copy is allocated by the
/// library and freed by the user, also after the node is gone. Any thread, unless it says
/// otherwise.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/export.h"
#include "buoyant/c/types.h"

/// What is measured: in the order of buoyant_latencies_t, and only appended to.
enum buoyant_stage {
  BUOYANT_STAGE_QUEUE = 0,
  BUOYANT_STAGE_DISK = 1,
  BUOYANT_STAGE_NETWORK = 2,
  BUOYANT_STAGE_APPLY = 3,
  BUOYANT_STAGE_TOTAL = 4,
  BUOYANT_STAGE_READ = 5,
  BUOYANT_STAGE_WRITE = 6
};

/// How long something took.
typedef struct buoyant_latency_s {
  uint64_t count;
  uint64_t sum_ns;
  uint64_t longest_ns;
  uint64_t p50_ns;  ///< Half of them took no longer; it may be 6.25 % too much, as the next two.
  uint64_t p99_ns;
  uint64_t p999_ns;
} buoyant_latency_t;

/// Of the proposals of this server, by stage, of its reads and of its writes. The struct may grow.
typedef struct buoyant_latencies_s {
  buoyant_latency_t queue;
  buoyant_latency_t disk;
  buoyant_latency_t network;
  buoyant_latency_t apply;
  buoyant_latency_t total;
  buoyant_latency_t read;
  buoyant_latency_t write;
} buoyant_latencies_t;

BUOYANT_C_BEGIN

/// Of all times since the node was opened. Never NULL; for buoyant_latencies_free. Loop thread.
BUOYANT_C_API const buoyant_latencies_t* buoyant_latencies(const buoyant_node_t* node);

/// What happened after `earlier` was made from the same node, until `now` was. Never NULL; for
/// buoyant_latencies_free, as the two go on to be. Both come from buoyant_latencies.
BUOYANT_C_API const buoyant_latencies_t* buoyant_latencies_since(
    const buoyant_latencies_t* now, const buoyant_latencies_t* earlier);

/// What `percent` of a hundred of them do not exceed, in nanoseconds; 0: there were none, or
/// `stage` is no enum buoyant_stage, or `percent` is not in [0, 100].
BUOYANT_C_API uint64_t buoyant_latencies_percentile(const buoyant_latencies_t* latencies, int stage,
                                                    double percent);

/// How many of them took no longer than `limit_ns`: exact when that is a power of two in
/// microseconds, and otherwise those of whole buckets. 0: `stage` is no enum buoyant_stage.
BUOYANT_C_API uint64_t buoyant_latencies_count_through(const buoyant_latencies_t* latencies,
                                                       int stage, uint64_t limit_ns);

/// "queue" for BUOYANT_STAGE_QUEUE, as in the JSON of a status. Static storage.
BUOYANT_C_API const char* buoyant_stage_name(int stage);

/// NULL is allowed.
BUOYANT_C_API void buoyant_latencies_free(const buoyant_latencies_t* latencies);

BUOYANT_C_END

// NOLINTEND
