// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Has lives recorded.
#pragma once

#include "tests/disk/image.h"
#include "tests/disk/notes.h"
#include "tests/disk/power_cut.h"
#include "tests/disk/record.h"

#include <cstdint>
#include <string>

namespace buoyant::disk {

struct LifeCounts {
  std::uint64_t lives = 0;
  std::uint64_t kills = 0;
};

/// Some lives on an empty directory. Empty: they went well; else what went wrong.
[[nodiscard]] std::string record_lives(const CutOptions& options, const std::string& record,
                                       std::uint64_t seed, LifeCounts& counts);

/// One life on an image. The record begins with the image and what is expected of it, so that it
/// can be cut by itself.
[[nodiscard]] std::string record_second(const CutOptions& options, const std::string& record,
                                        const Image& image, const Expectation& expected,
                                        std::uint64_t seed, LifeCounts& counts);

/// Where the lives begin in a record.
[[nodiscard]] std::size_t first_point(const Record& record);

}  // namespace buoyant::disk
