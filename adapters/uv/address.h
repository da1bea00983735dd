// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// "HOST:PORT" as people write it: 127.0.0.1:7001, [::1]:7001, db-1.example.org:7001.
#pragma once

#include "buoyant/base/export.h"
#include "buoyant/base/result.h"

#include <uv.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buoyant::uv {

struct Address {
  /// Without brackets.
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const Address&, const Address&) = default;
};

/// The longest host name (RFC 1035).
inline constexpr std::size_t kHostBytesMax = 253;

/// Reads an address. Hosts are IPv4 in four decimal parts, IPv6 in brackets (a zone may follow:
/// [fe80::1%eth0]), or names of letters, digits, '-', '_' and '.'. Port 0 is accepted: to listen
/// anywhere.
/// Errors: kInvalidOptions; the context says which part is wrong.
BUOYANT_EXPORT Result<Address> parse_address(std::string_view text);

/// The socket address when the host is a number; nullopt: it is a name.
BUOYANT_EXPORT std::optional<sockaddr_storage> numeric_address(const Address& address);

/// "HOST:PORT", with brackets where they belong.
BUOYANT_EXPORT std::string to_text(const sockaddr_storage& address);

/// The host part alone.
BUOYANT_EXPORT std::string host_text(const sockaddr_storage& address);

/// 127.0.0.0/8, ::1, and the former inside IPv6.
BUOYANT_EXPORT bool is_loopback(const sockaddr_storage& address) noexcept;

BUOYANT_EXPORT void set_port(sockaddr_storage& address, std::uint16_t port) noexcept;
[[nodiscard]] BUOYANT_EXPORT std::uint16_t port_of(const sockaddr_storage& address) noexcept;

}  // namespace buoyant::uv
