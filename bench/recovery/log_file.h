// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A long log on disk: making it longer, and measuring how it opens.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace buoyant::bench {

/// How one opening went.
struct Opening {
  std::uint64_t entries = 0;
  std::uint64_t payload = 0;
  bool cold = false;
  double open_ms = 0;
  /// Memory that is not clean file cache, before and after.
  double before_mib = 0;
  double after_mib = 0;
  double file_mib = 0;
};

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Opening, entries, payload, cold, open_ms, before_mib, after_mib,
                                   file_mib)

/// Appends entries until the log in `directory` has so many; it is made when it is missing.
/// False: the storage failed, and stderr says how.
bool extend_log(const std::string& directory, std::uint64_t entries, std::uint64_t payload);

/// Opens the log in this process, once. `cold`: after the system was asked to forget the file.
/// Entries 0: the storage failed, and stderr says how.
Opening measure_opening(const std::string& directory, std::uint64_t payload, bool cold);

}  // namespace buoyant::bench
