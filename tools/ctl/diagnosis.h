// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What is wrong with a cluster, in words: from what its servers say, and from nothing else.
#pragma once

#include "tools/ctl/server_view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace buoyant::ctl {

enum class Severity : std::uint8_t {
  kNote,      ///< Good to know.
  kWarning,   ///< It works, and somebody should look.
  kCritical,  ///< Something does not work, or soon will not.
};

/// "note", "warning", "critical".
const char* severity_name(Severity severity) noexcept;

struct Finding {
  Severity severity = Severity::kNote;
  /// Whom it is about; 0: the cluster.
  std::uint64_t server = 0;
  /// A sentence without its full stop.
  std::string text;

  friend bool operator==(const Finding&, const Finding&) = default;
};

/// The worst first; those of one severity: the cluster first, then by server.
std::vector<Finding> diagnose(const std::vector<ServerView>& servers);

/// Who leads: says so, in the newest term of those that do. Null: nobody.
const ServerView* leader_of(const std::vector<ServerView>& servers);

/// The members as the leader has them, else as the server with the longest log that has any.
std::vector<MemberView> members_of(const std::vector<ServerView>& servers);

/// The one with this id that answered. Null: none did.
const ServerView* server_of(const std::vector<ServerView>& servers, std::uint64_t id);

}  // namespace buoyant::ctl
