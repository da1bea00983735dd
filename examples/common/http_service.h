// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// /metrics, /status and /trace over HTTP: one GET per connection, without a body.
#pragma once

#include "buoyant/node.h"
#include "examples/common/protocol.h"
#include "examples/common/server_limits.h"

#include <memory>
#include <string>
#include <string_view>

namespace example {

/// The node must outlive the connections.
class HttpService final : public Service {
 public:
  /// A longer head of a request is refused.
  static constexpr std::size_t kHeadBytesMax = 8192;
  /// Few ask, and they must not take what clients need.
  static constexpr ServerLimits kLimits = {.clients = 64, .bytes = std::size_t{16} << 20U};

  explicit HttpService(const buoyant::Node& node) : node_(node) {}

  std::unique_ptr<Protocol> speak(Connection& connection) override;

  [[nodiscard]] std::string_view too_many_clients() const override;

 private:
  const buoyant::Node& node_;
};

/// The whole answer to a request whose first line this is.
std::string answer_http(std::string_view first_line, const buoyant::Node& node);

}  // namespace example
