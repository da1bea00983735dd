// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A cluster as text for people, and as JSON for programs.
#pragma once

#include "tools/ctl/diagnosis.h"
#include "tools/ctl/server_view.h"

#include <string>
#include <vector>

namespace buoyant::ctl {

/// One line of what is known, a table with a line for each server and member, and the findings: in
/// whole lines.
std::string status_text(const std::vector<ServerView>& servers,
                        const std::vector<Finding>& findings, bool has_colours);

/// The members with what is known of each.
std::string members_text(const std::vector<ServerView>& servers);

/// One line: an object with `health`, `leader` (null: none), `servers` (each with `endpoint`,
/// `error` or null, `status` or null) and `findings` (each with `severity`, `server` or null,
/// `text`).
std::string status_json(const std::vector<ServerView>& servers,
                        const std::vector<Finding>& findings);

/// "healthy", "attention" (a warning) or "critical".
const char* health_name(const std::vector<Finding>& findings) noexcept;

}  // namespace buoyant::ctl
