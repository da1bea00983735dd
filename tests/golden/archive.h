// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Directories in one small file each. Uses tar, gzip and cp, which every Debian has: what was put
/// away years ago is also to be looked at by hand.
#pragma once

#include <string>

namespace buoyant::golden {

/// Puts all of `directory` into `archive`, holes as holes, without times and owners. False: failed.
[[nodiscard]] bool pack(const std::string& directory, const std::string& archive);

/// Makes `directory` with what is in `archive`. False: failed.
[[nodiscard]] bool unpack(const std::string& archive, const std::string& directory);

/// A copy of a directory that may be in use: what a process leaves that is killed now.
[[nodiscard]] bool copy(const std::string& directory, const std::string& target);

}  // namespace buoyant::golden
