// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Requests over HTTP, all at once, by libcurl.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace buoyant::ctl {

/// What is longer is not read to its end.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{16} << 20U;

struct Request {
  /// HOST:PORT.
  std::string endpoint;
  /// With what is in it percent-encoded where it must be.
  std::string target;
  /// Else it is a GET.
  bool is_post = false;
};

struct Answer {
  /// Why there is none; "": there is.
  std::string error;
  /// It may have been heard of there.
  bool was_sent = false;
  long status = 0;
  std::string body;
};

/// One answer for each request, in their order. Each has `limit` from now on. Proxies of the
/// environment are not asked, redirections not followed.
std::vector<Answer> fetch(const std::vector<Request>& requests, std::chrono::milliseconds limit);

}  // namespace buoyant::ctl
