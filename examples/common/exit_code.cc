// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/exit_code.h"

namespace example {

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

}  // namespace example
