// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Power cuts: what programs did to a disk, every way in which that could have ended, and what
/// the adapters make of it.
///
/// A seed draws a few lives of one server's stores, one after another in one directory, each
/// ended by a close or a kill, all recorded. At points of the record - before syncs end, and in
/// between - images are made of what the disk could hold, and examined in children. Some images
/// get another life, which is recorded and cut in turn.
#pragma once

#include "tests/disk/cuts.h"
#include "tests/disk/lies.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace buoyant::disk {

struct CutOptions {
  /// buoyant-disk-life and the shim.
  std::string life;
  std::string shim;
  /// Everything is made in it.
  std::string scratch;
  /// A directory where the records of failures are kept.
  std::string keep = ".";
  /// About so many images of one seed.
  std::uint64_t images = 250;
  Lie lie = Lie::kNone;
  /// Cuts this record instead of a new one.
  std::string record;
  /// Only this image of it.
  std::optional<std::uint64_t> only;
};

/// What is counted of images, by kind.
enum class CutColumn : std::uint8_t {
  kImages,
  kDataPages,      ///< Pages of data.mdb were pending.
  kSnapshotPages,  ///< Pages of snapshot files were.
  kSizes,          ///< Sizes were.
  kNames,          ///< Names were.
  kOpenWrites,     ///< Writes were under way.
  kSecond,         ///< The disk had lost power before.
};

inline constexpr std::size_t kCutColumns = 7;

struct CutFigures {
  std::array<std::array<std::uint64_t, kCutColumns>, kCutKinds> counts{};
  std::uint64_t lives = 0;
  std::uint64_t kills = 0;
  std::uint64_t points = 0;
  /// Points of which all subsets of up to 12 pages were made.
  std::uint64_t whole_points = 0;
  std::uint64_t events = 0;
  /// Syncs that were left out.
  std::uint64_t lies = 0;

  CutFigures& operator+=(const CutFigures& other);

  [[nodiscard]] std::uint64_t images() const;

  /// A table in Markdown.
  [[nodiscard]] std::string text() const;
};

struct CutFailure {
  std::uint64_t seed = 0;
  std::uint64_t image = 0;
  /// What is wrong, and where.
  std::string text;
  /// The record, kept: with it the image is the same again.
  std::string record;
};

struct CutReport {
  CutFigures figures;
  /// The first one; nothing more was tried.
  std::optional<CutFailure> failure;
};

/// Everything of one seed.
[[nodiscard]] CutReport cut_power(const CutOptions& options, std::uint64_t seed);

}  // namespace buoyant::disk
