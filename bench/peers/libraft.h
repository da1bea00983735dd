// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// libraft's headers, which are C.
#pragma once

extern "C" {
#include <raft.h>
#include <raft/uv.h>
}

namespace buoyant::bench {

/// The request; the function that takes it has the same name.
using LibraftApply = struct raft_apply;

}  // namespace buoyant::bench
