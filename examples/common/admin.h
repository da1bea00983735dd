// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What an operator may ask a server for over HTTP, where that is allowed (--admin).
///
///   /transfer[?to=ID]                          hands leadership over
///   /snapshot                                  takes a snapshot
///   /members/add?id=ID&address=HOST:PORT[&learner=1]
///   /members/promote?id=ID, /members/demote?id=ID, /members/remove?id=ID
#pragma once

#include "buoyant/node.h"

#include <functional>
#include <string>
#include <string_view>

namespace example {

struct AdminAnswer {
  /// Of HTTP, with its reason.
  std::string status;
  /// An object: `done`, what was done; or `error`, `message`, and `applied`: "no" or "unknown".
  std::string body;
};

using AdminDone = std::function<void(AdminAnswer)>;

/// The same for what is refused before anybody is asked.
AdminAnswer refuse_action(std::string status, std::string_view message);

/// Asks the node. `target` is a path with its query. `done` runs once: inside this call when it is
/// refused at once, else from the loop, as late as the node says.
void run_action(buoyant::Node& node, std::string_view target, const AdminDone& done);

}  // namespace example
