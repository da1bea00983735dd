// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/echo/exit_code.h"

namespace echo {

ExitCode exit_code_of(buoyant::Errc code) noexcept {
  // Named by exception: what is not about the data directory is about how we were called.
  using buoyant::Errc;
  if (code == Errc::kStorageFailed || code == Errc::kStorageFull || code == Errc::kFaulted) {
    return kExitStorageFailed;
  }
  if (code == Errc::kStorageCorrupt || code == Errc::kUnsupportedVersion ||
      code == Errc::kMalformed) {
    return kExitDataCorrupt;
  }
  if (code == Errc::kDirectoryInUse) {
    return kExitDirectoryInUse;
  }
  if (code == Errc::kWrongCluster || code == Errc::kWrongIdentity) {
    return kExitWrongIdentity;
  }
  return kExitUsage;
}

}  // namespace echo
