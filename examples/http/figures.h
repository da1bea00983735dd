// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What /status says of the HTTP server itself, beside what it says of the node.
#pragma once

#include "buoyant/node.h"
#include "examples/http/host_timer.h"
#include "examples/http/latencies.h"
#include "examples/http/store.h"

#include <array>
#include <cstdint>
#include <string>

namespace http {

/// Answers of the data: /kv and /counter.
struct Figures {
  Latencies reads;
  Latencies writes;
  /// By the first digit of their status, of all requests.
  std::array<std::uint64_t, 6> answers{};
};

/// The status of the node, with `http` (answers and latencies), `host` (its timer) and `store` (the
/// counter and the number of keys, as they are here). One line.
std::string status_text(const buoyant::Node& node, const Figures& figures, const HostTimer& timer,
                        const Store& store);

}  // namespace http
