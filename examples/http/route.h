// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// What a request asks for.
#pragma once

#include "examples/http/command.h"
#include "examples/http/request.h"
#include "examples/http/response.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace http {

enum class Action : std::uint8_t {
  kGetValue,
  kPutValue,
  kDeleteValue,
  kGetCounter,
  kIncrement,
  kPage,
  kStatus,
  kMetrics,
  kGroups,
};

struct Route {
  Action action = Action::kPage;
  std::string key;
  /// Of kPutValue and kDeleteValue.
  Condition condition;
  /// What is here will do, however old it is: ?stale
  bool is_stale = false;
  /// "/group/2/counter" is the counter of the second one; whether there is one is not known here.
  std::size_t group = 1;

  friend bool operator==(const Route&, const Route&) = default;
};

/// Or the answer to what cannot be done.
///
///   400   a bad key, a bad condition, an unknown parameter
///   403   a page of another site has a browser write here
///   404   no such place, or no number of a group
///   405   no such method there; the answer says which there are
std::variant<Route, Response> route(const Request& request);

}  // namespace http
