// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/groups.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace http {

namespace {

using buoyant::Errc;
using buoyant::Result;

/// Moves an address to that of a group. False: it cannot be.
bool move_to(std::size_t group, std::string& address) {
  const auto moved = address_of_group(address, group);
  if (moved) {
    address = *moved;
  }
  return moved.has_value();
}

/// What the group is opened with.
Result<buoyant::StandardOptions> options_of(std::size_t group,
                                            const buoyant::StandardOptions& first) {
  buoyant::StandardOptions options = first;
  const std::string suffix = "-" + std::to_string(group);
  options.cluster += suffix;
  options.data += suffix;
  bool is_right = move_to(group, options.listen) &&
                  (options.advertise.empty() || move_to(group, options.advertise));
  for (auto& [id, address] : options.dial) {
    is_right = is_right && move_to(group, address);
  }
  if (!is_right) {
    return buoyant::fail(Errc::kInvalidOptions, "groups: an address has no port 100 above");
  }
  return options;
}

Result<void> begin(buoyant::Node& node, std::size_t group, std::vector<buoyant::Member> members) {
  // Data that is there has members already.
  if (node.status().last.index.is_set()) {
    return {};
  }
  for (buoyant::Member& member : members) {
    if (!move_to(group, member.address)) {
      return buoyant::fail(Errc::kInvalidOptions, "groups: a member has no port 100 above");
    }
  }
  // What else may go wrong is seen in its status.
  return node.bootstrap(std::move(members), [](const Result<void>&) {});
}

}  // namespace

Result<std::string> address_of_group(const std::string& first, std::size_t group) {
  const std::size_t colon = first.rfind(':');
  std::size_t port = 0;
  const char* const end = first.data() + first.size();
  if (colon == std::string::npos) {
    return buoyant::fail(Errc::kInvalidOptions, "not HOST:PORT");
  }
  const auto [stop, error] = std::from_chars(first.data() + colon + 1, end, port);
  const bool is_number = error == std::errc() && stop == end;
  port += (group - 1) * kGroupPortStep;
  if (!is_number || port > std::numeric_limits<std::uint16_t>::max()) {
    return buoyant::fail(Errc::kInvalidOptions, "not HOST:PORT");
  }
  return first.substr(0, colon + 1) + std::to_string(port);
}

Result<void> Groups::open(uv_loop_t& loop, const buoyant::StandardOptions& first,
                          const example::Options& options, const example::Log& log) {
  for (std::size_t number = 2; number <= options.groups; ++number) {
    auto group = std::make_unique<Group>();
    group->log = std::make_unique<buoyant::LogObserver>(
        options.log_level, [&log, number](buoyant::LogLevel level, std::string_view text) {
          log.write(level, "group " + std::to_string(number) + ": " + std::string(text));
        });
    auto wanted = options_of(number, first);
    if (!wanted) {
      return buoyant::fail(wanted.error());
    }
    auto opened =
        buoyant::open_standard_node(loop, *std::move(wanted), group->store, group->log.get());
    if (!opened) {
      return buoyant::fail(opened.error());
    }
    group->node = std::move(*opened);
    groups_.push_back(std::move(group));
    open_ += 1;
    if (const auto begun = begin(*groups_.back()->node, number, options.members); !begun) {
      return begun;
    }
  }
  return {};
}

void Groups::for_each(const std::function<void(buoyant::Node&, const Store&)>& use) {
  for (const auto& group : groups_) {
    use(*group->node, group->store);
  }
}

void Groups::close(const std::function<void()>& done) {
  if (groups_.empty()) {
    done();
    return;
  }
  closed_ = done;
  for (const auto& group : groups_) {
    buoyant::Node& node = *group->node;
    const bool leads = node.status().standing.role == buoyant::core::Role::kLeader;
    const auto hand_over = [&] {
      return node.transfer({},
                           [this, &node](const Result<buoyant::ServerId>&) { close_node(node); });
    };
    if (!leads || !hand_over()) {
      close_node(node);
    }
  }
}

void Groups::close_node(buoyant::Node& node) {
  node.close([this] {
    open_ -= 1;
    if (open_ == 0) {
      closed_();
    }
  });
}

}  // namespace http
