// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Asks servers for their status.
#pragma once

#include "tools/ctl/server_view.h"

#include <chrono>
#include <string>
#include <vector>

namespace buoyant::ctl {

/// What each endpoint says, in their order, within `limit`. With `discovers` those that
/// further_endpoints names are asked too, within as much time again; who is no member of the same
/// cluster there is left out.
std::vector<ServerView> gather(const std::vector<std::string>& endpoints, bool discovers,
                               std::chrono::milliseconds limit);

/// Where members may be asked of whom nobody gave an endpoint: on their own host, at the port of
/// the first endpoint. None for hosts that were asked already.
std::vector<std::string> further_endpoints(const std::vector<std::string>& endpoints,
                                           const std::vector<ServerView>& servers);

}  // namespace buoyant::ctl
