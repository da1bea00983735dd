// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Where a server's certificate, its key and the authorities lie.
#pragma once

#include <string>

namespace buoyant {

/// PEM files: our own certificate and those between it and an authority, its key without a
/// password, and the authorities, which are all that is trusted.
struct TlsFiles {
  std::string certificates;
  std::string key;
  std::string authorities;
};

}  // namespace buoyant
