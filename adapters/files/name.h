// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The names of snapshot files:
///
///   snapshot-INDEX-TERM-CREATOR-SEQUENCE-CHECKSUM   complete; five numbers of 16 hex digits
///   incoming                                        what comes in from another server
///   creating-SEQUENCE                               what is being created here
#pragma once

#include "buoyant/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::files {

inline constexpr const char* kIncomingName = "incoming";

[[nodiscard]] std::string complete_name(const SnapshotId& id);
[[nodiscard]] std::string creating_name(std::uint64_t sequence);

/// Nothing: it is not the name of a complete file.
[[nodiscard]] std::optional<SnapshotId> parse_complete_name(std::string_view name) noexcept;

[[nodiscard]] bool is_creating_name(std::string_view name) noexcept;

}  // namespace buoyant::files
