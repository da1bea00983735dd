// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A client of HTTP/1.1 on 127.0.0.1, for servers that say how long their answers are.
#pragma once

#include "tests/support/process/deadline.h"
#include "tests/support/process/stream_socket.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::process {

struct HttpAnswer {
  int status = 0;
  /// Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;
};

/// Takes one whole answer from the front. Nothing: it is not there yet, or none.
std::optional<HttpAnswer> take_http_answer(std::string& received);

/// One connection, which is used for one request after the other.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(port) {}

  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

  /// Sends a request and waits for its answer. `headers` are whole lines with their ends.
  /// Nothing: the deadline is over, or the connection is.
  std::optional<HttpAnswer> ask(std::string_view method, std::string_view target, Deadline deadline,
                                std::string_view body = {}, std::string_view headers = {});

 private:
  StreamSocket socket_;
};

/// The same on a connection of its own; a server that does not listen yet is waited for.
std::optional<HttpAnswer> http_ask(std::uint16_t port, std::string_view method,
                                   std::string_view target, Deadline deadline,
                                   std::string_view body = {});

}  // namespace buoyant::process
