// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a data directory holds, as JSON that people can read and tests compare.
#pragma once

#include "tests/golden/stores.h"

#include <nlohmann/json.hpp>

#include <string>

namespace buoyant::golden {

using Json = nlohmann::ordered_json;

/// Everything in open stores. What a later release adds is not in a description that was written
/// before it.
[[nodiscard]] Json describe(Stores& stores);

/// What only shows before a directory is opened: batches in the journal, the mark of a failed
/// write.
[[nodiscard]] Json describe_closed(const std::string& directory);

/// Where `actual` does not have what `expected` says, in words: members that `expected` does not
/// have may be there. "": nowhere.
[[nodiscard]] std::string difference(const Json& expected, const Json& actual,
                                     const std::string& path = "");

/// The one snapshot that some directories have received in part.
[[nodiscard]] SnapshotMetadata half_received();
[[nodiscard]] std::string half_received_text();

}  // namespace buoyant::golden
