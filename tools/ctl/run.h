// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What buoyant-ctl does once its command line is read.
#pragma once

#include "tools/ctl/diagnosis.h"
#include "tools/ctl/options.h"

#include <vector>

namespace buoyant::ctl {

inline constexpr int kExitHealthy = 0;
inline constexpr int kExitAttention = 1;
inline constexpr int kExitCritical = 3;
inline constexpr int kExitNobody = 4;
inline constexpr int kExitUnknown = 5;

/// By the worst of the findings; kExitNobody: no server answered.
int exit_code_of(const std::vector<ServerView>& servers, const std::vector<Finding>& findings);

/// Does it, and says so; the exit code.
int run(const Options& options);

}  // namespace buoyant::ctl
