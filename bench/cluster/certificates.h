// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The certificates of a cluster that is measured with TLS between its servers.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/port/tls_files.h"

#include <cstdint>
#include <string>

namespace buoyant::bench {

inline constexpr const char* kClusterName = "cluster_bench";

/// Makes them in `directory`, for servers 1 to `servers`.
/// Errors: kInvalidOptions (this build has no TLS), kStorageFailed, kNotReady (they are there).
Result<void> make_certificates(const std::string& directory, std::uint64_t servers);

/// Where those of a server are.
TlsFiles certificates_of(const std::string& directory, std::uint64_t server);

}  // namespace buoyant::bench
