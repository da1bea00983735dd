// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// How the report writes: numbers for people, text as HTML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buoyant::bench {

/// What a number counts, and so how it is written.
enum class Unit : std::uint8_t {
  kPlain,         ///< 1.2k, 3.4M
  kMicroseconds,  ///< 250 us, 1.2 ms, 3 s
  kNanoseconds,   ///< 250 ns, 1.2 us, ...
  kBytes,         ///< 256 B, 4 KiB, 16 MiB
  kTimes,         ///< 1.25x
  kPercent,       ///< 99.9%
};

/// Three digits, and no more.
std::string text_of(double value, Unit unit);

/// Without what HTML would take for its own.
std::string escaped(std::string_view text);

/// A table of texts; the first row is the head. Columns of numbers stand to the right. Text is
/// taken as HTML.
std::string table_of(const std::vector<std::vector<std::string>>& rows);

}  // namespace buoyant::bench
