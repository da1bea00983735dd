// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/common/exit_code.h"

#include <cstdio>
#include <cstring>

namespace buoyant::tools {

int exit_code_of(Errc code) noexcept {
  if (code == Errc::kStorageCorrupt || code == Errc::kUnsupportedVersion) {
    return kExitCorrupt;
  }
  if (code == Errc::kDirectoryInUse) {
    return kExitInUse;
  }
  const bool is_disk =
      code == Errc::kStorageFailed || code == Errc::kStorageFull || code == Errc::kOutcomeUnknown;
  return is_disk ? kExitDisk : kExitRefused;
}

std::string text_of(const Error& error) {
  // Their sentences are for callers of the library; what was found says it all.
  const bool is_told = error.code() == Errc::kNotReady || error.code() == Errc::kInvalidOptions;
  std::string text =
      is_told ? error.context() : std::string(error.message()) + ": " + error.context();
  // Values below zero are LMDB's.
  if (error.native() > 0) {
    text += std::string(": ") + std::strerror(error.native());
  }
  return text;
}

int refuse(const char* program, const Error& error) {
  return refuse(program, text_of(error), exit_code_of(error.code()));
}

int refuse(const char* program, const std::string& why, int exit_code) {
  std::fprintf(stderr, "%s: %s\n", program, why.c_str());
  return exit_code;
}

}  // namespace buoyant::tools
