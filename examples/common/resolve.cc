// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/resolve.h"

#include "adapters/uv/address.h"

#include <cstring>

namespace example {

buoyant::Result<sockaddr_storage> resolve(uv_loop_t& loop, const std::string& address) {
  const auto parsed = buoyant::uv::parse_address(address);
  if (!parsed) {
    return buoyant::fail(parsed.error());
  }
  if (const auto numeric = buoyant::uv::numeric_address(*parsed)) {
    return *numeric;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  uv_getaddrinfo_t request{};
  // Without a callback libuv looks it up here and now.
  const int status =
      uv_getaddrinfo(&loop, &request, nullptr, parsed->host.c_str(), nullptr, &hints);
  if (status != 0) {
    return buoyant::fail(buoyant::Errc::kTransportFailed, "the host name is not known", status);
  }
  sockaddr_storage found{};
  std::memcpy(&found, request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
  uv_freeaddrinfo(request.addrinfo);
  buoyant::uv::set_port(found, parsed->port);
  return found;
}

}  // namespace example
