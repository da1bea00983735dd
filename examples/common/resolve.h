// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The address that a server listens on, from text.
#pragma once

#include "buoyant/base/result.h"

#include <uv.h>

#include <string>

namespace example {

/// The first address of "HOST:PORT". Names are looked up on this thread: for start-up only.
/// Errors: kInvalidOptions (the text), kTransportFailed (the name is not known).
buoyant::Result<sockaddr_storage> resolve(uv_loop_t& loop, const std::string& address);

}  // namespace example
