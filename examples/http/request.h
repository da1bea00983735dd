// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// One request, as far as it matters here.
#pragma once

#include <http_parser.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Request {
  http_method method = HTTP_GET;
  /// As it came: path, query, and perhaps more.
  std::string target;
  /// Names in lower case, in their order.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// The connection is to be used for more.
  bool keeps_alive = false;
  bool is_http_1_0 = false;

  /// Null: it has no such header. The first of several.
  [[nodiscard]] const std::string* header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) {
        return &value;
      }
    }
    return nullptr;
  }
};

}  // namespace http
