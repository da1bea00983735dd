// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a node has to tell, for people and their tools: metrics, status and trace as text.
///
/// The texts are allocated by the library, end with a zero and are for buoyant_text_free. Who
/// serves them, over HTTP or otherwise, is the host's affair. What is in them stands in
/// buoyant/report.h; it is added to, never renamed. Loop thread, unless it says
/// otherwise.
#pragma once

// NOLINTBEGIN: headers, names and types of C

#include "buoyant/c/export.h"
#include "buoyant/c/types.h"

/// One node of those that a process reports on one page.
typedef struct buoyant_labelled_node_s {
  const buoyant_node_t* node;
  /// Put on each of its metrics, to tell it from the others: a name of [a-zA-Z_][a-zA-Z0-9_]* and
  /// any text. NULL: nothing is.
  const char* label;
  const char* value;
} buoyant_labelled_node_t;

/// What this process uses of the machine; zeros where the system does not tell.
typedef struct buoyant_process_figures_s {
  uint64_t resident_bytes;
  uint64_t descriptors;
} buoyant_process_figures_t;

BUOYANT_C_BEGIN

/// All metrics in the text format of Prometheus (version 0.0.4).
BUOYANT_C_API char* buoyant_metrics_text(const buoyant_node_t* node);
/// The same of several nodes on one page.
BUOYANT_C_API char* buoyant_metrics_text_of(const buoyant_labelled_node_t* nodes, size_t count);
/// One line of JSON without a newline: what buoyant_status and buoyant_latencies have.
BUOYANT_C_API char* buoyant_status_json(const buoyant_node_t* node);
/// One object of JSON and a newline for each step of the trace, oldest first.
BUOYANT_C_API char* buoyant_trace_json(const buoyant_node_t* node);
/// NULL is allowed; any thread.
BUOYANT_C_API void buoyant_text_free(char* text);

/// How much is logged from now on: an enum buoyant_log_level. Ignored by a node whose observer has
/// no on_log, and when it is none.
BUOYANT_C_API void buoyant_set_log_level(buoyant_node_t* node, int level);

/// Reads /proc; not the disk. Any thread.
BUOYANT_C_API buoyant_process_figures_t buoyant_process_figures(void);

BUOYANT_C_END

// NOLINTEND
