// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The sections of the report, each made from the parts of a run that it is about. Empty: none
/// of them was run.
///
/// `parts` is an object: what each program of bench/ wrote, by the name of the part.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace buoyant::bench {

/// The few figures that one looks for first.
std::string key_figures(const nlohmann::json& parts);

/// Proposals of clusters: `cluster`.
std::string replication_section(const nlohmann::json& parts);

/// What a proposal costs each server: `cluster`.
std::string cost_section(const nlohmann::json& parts);

/// Reads: `read`.
std::string read_section(const nlohmann::json& parts);

/// How servers come back: `catch_up`, `snapshot`, `opening`, `failover`.
std::string recovery_section(const nlohmann::json& parts);

/// The parts alone: `core`, `node`, `storage`, `codec`.
std::string parts_section(const nlohmann::json& parts);

/// Cost as work grows: `growth`.
std::string growth_section(const nlohmann::json& parts);

}  // namespace buoyant::bench
