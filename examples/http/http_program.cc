// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/http/http_program.h"

namespace http {

std::unique_ptr<example::Protocol> HttpService::speak(example::Connection& connection) {
  return std::make_unique<HttpProtocol>(connection, groups_);
}

std::string_view HttpService::too_many_clients() const {
  return "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
         "Connection: close\r\n\r\n";
}

}  // namespace http
