// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// More groups on the same loop: for each a cluster of its own, with its node and its store.
///
/// Nothing is shared between them but the loop: each has its cluster name, its data directory and
/// its peer port, which follow from those of the first group.
#pragma once

#include "buoyant/base/result.h"
#include "buoyant/node.h"
#include "buoyant/report.h"
#include "buoyant/standard.h"
#include "examples/common/log.h"
#include "examples/common/options.h"
#include "examples/http/store.h"

#include <uv.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace http {

/// Its peer ports are so much above those of the group before.
inline constexpr std::size_t kGroupPortStep = 100;

/// "HOST:PORT" for a group, from that of the first one; nothing: there is no such port.
buoyant::Result<std::string> address_of_group(const std::string& first, std::size_t group);

/// Owned by the program.
class Groups {
 public:
  /// Opens the second and all further ones, and gives those that are empty their members.
  /// Errors: kInvalidOptions (an address), those of open_standard_node and Node::bootstrap; the
  /// groups before it are there, and are closed by close().
  buoyant::Result<void> open(uv_loop_t& loop, const buoyant::StandardOptions& first,
                             const example::Options& options, const example::Log& log);

  /// Calls `use` with each, in its order.
  void for_each(const std::function<void(buoyant::Node&, const Store&)>& use);

  /// Those that lead hand over before they close. `done` runs once, when all are closed; at once
  /// when there are none.
  void close(const std::function<void()>& done);

 private:
  struct Group {
    Store store;
    std::unique_ptr<buoyant::LogObserver> log;
    std::unique_ptr<buoyant::Node> node;
  };

  void close_node(buoyant::Node& node);

  std::vector<std::unique_ptr<Group>> groups_;
  std::size_t open_ = 0;  ///< Nodes that are not closed yet.
  std::function<void()> closed_;
};

}  // namespace http
