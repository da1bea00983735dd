// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Which of the images that a power cut could leave at one point are made.
#pragma once

#include "buoyant/base/random.h"
#include "tests/disk/model.h"

#include <cstdint>
#include <vector>

namespace buoyant::disk {

enum class CutKind : std::uint8_t {
  kNothing,   ///< Nothing of what is pending.
  kAll,       ///< All of it, as after a killed process.
  kSubset,    ///< One of all subsets of the pages of a file, or of all pages.
  kSampled,   ///< A subset drawn at random.
  kVersions,  ///< Of pages that were written more than once, any version.
  kTorn,      ///< One page of it torn between two sectors.
  kSizes,     ///< All pages; sizes as they were at any time.
  kNames,     ///< All pages; a subset of the changes of names.
};

inline constexpr std::size_t kCutKinds = 8;

[[nodiscard]] const char* cut_name(CutKind kind);

struct Cut {
  CutKind kind = CutKind::kNothing;
  Selection selection;
};

/// Pages up to which all subsets are made, now and then; up to half of it always.
inline constexpr std::size_t kSubsetPagesMax = 12;

/// `focus`: the file whose pages the subsets are of when there are too many pages in all; 0: none.
[[nodiscard]] std::vector<Cut> draw_cuts(Random& random, const Pending& pending, Inode focus);

}  // namespace buoyant::disk
