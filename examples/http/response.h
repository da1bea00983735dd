// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Answers, and which answer an outcome of the library is.
#pragma once

#include "buoyant/base/error.h"
#include "examples/http/request.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Response {
  int status = HTTP_STATUS_OK;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
  /// Besides those that every answer has.
  std::vector<std::pair<std::string, std::string>> headers;
};

/// What the client did is wrong: an object with `error`, `message`, and `applied`: "no".
Response refusal(int status, std::string_view message);

/// The same for an error of the library. `applied` is "unknown" where the outcome is.
///
///   503, Retry-After   certainly not applied: no leader, a bound, a change of leader
///   504                it may be applied, now or later
///   507, Retry-After   certainly not applied: the disks are full
///   500, 413           certainly not applied
Response failure(const buoyant::Error& error);

/// The whole answer. `is_last`: the connection is closed behind it.
std::string to_text(const Response& response, bool has_body, bool is_last);

}  // namespace http
