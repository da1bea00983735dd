// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// buoyant for C: Raft for event-loop network servers on libuv.
///
/// Everything that the library offers to C, as C99; docs/C.md shows how it is used. The conventions
/// are those of libuv: functions return 0 or a negative code, requests lie in the caller's memory
/// and have a `data` pointer, callbacks run on the loop, exactly once, and never inside a call.
#pragma once

#include "buoyant/c/error.h"
#include "buoyant/c/latencies.h"
#include "buoyant/c/node.h"
#include "buoyant/c/observer.h"
#include "buoyant/c/options.h"
#include "buoyant/c/report.h"
#include "buoyant/c/sessions.h"
#include "buoyant/c/state_machine.h"
#include "buoyant/c/status.h"
#include "buoyant/c/tls.h"
#include "buoyant/c/types.h"
#include "buoyant/c/version.h"
