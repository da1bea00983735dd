// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Processes of etcd on loopback with their defaults, and the one of them that leads.
#pragma once

#include "bench/floor/processes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::bench {

class EtcdCluster {
 public:
  /// Starts `servers` processes of `program` with data below `directory`. They are killed when
  /// this is destroyed.
  EtcdCluster(const std::string& program, std::size_t servers, const std::string& directory);

  /// The client port of the leader; nothing: there is none within so many seconds.
  std::optional<std::uint16_t> wait_for_leader(int seconds);

 private:
  Children children_;
  std::vector<std::uint16_t> ports_;
};

}  // namespace buoyant::bench
