// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the programs for operators end: as the example servers do.
#pragma once

#include "buoyant/base/error.h"

#include <string>

namespace buoyant::tools {

inline constexpr int kExitRefused = 2;
inline constexpr int kExitDisk = 10;
inline constexpr int kExitCorrupt = 11;
inline constexpr int kExitInUse = 12;

int exit_code_of(Errc code) noexcept;

/// "storage_failed's sentence: context: the system's word for it".
std::string text_of(const Error& error);

/// Says on stderr what is wrong; the exit code.
int refuse(const char* program, const Error& error);
int refuse(const char* program, const std::string& why, int exit_code = kExitRefused);

}  // namespace buoyant::tools
