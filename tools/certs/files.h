// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Certificates and keys in files. Nothing that is there is ever written over.
#pragma once

#include "buoyant/base/result.h"
#include "tools/certs/issue.h"

#include <string>

namespace buoyant::certs_tool {

/// Of DIRECTORY/NAME.pem and DIRECTORY/NAME-key.pem.
struct Paths {
  std::string certificate;
  std::string key;
};

Paths paths_of(const std::string& directory, const std::string& name);

/// Makes the directory (mode 0700) unless it is there, and both files; the key's has mode 0600.
/// When it fails, none of the two is left of it.
/// Errors: kNotReady (a file is there already), kStorageFailed.
Result<void> write_pair(const Paths& paths, const Pair& pair);

/// Errors: kStorageFailed, kMalformed (they are no certificate and its key).
Result<Pair> read_pair(const Paths& paths);

}  // namespace buoyant::certs_tool
