// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// open_tls of a build without the TLS adapter.

#include "buoyant/standard.h"

namespace buoyant {

Result<std::shared_ptr<port::StreamSecurity>> open_tls(TlsFiles /*files*/, std::string /*cluster*/,
                                                       std::uint64_t /*id*/) {
  return fail(Errc::kInvalidOptions, "tls: this build has none (BUOYANT_WITH_TLS)");
}

}  // namespace buoyant
