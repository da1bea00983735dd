// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/uv/address.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <netinet/in.h>

namespace buoyant::uv {

namespace {

constexpr std::size_t kLabelBytesMax = 63;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_name_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

Result<std::uint16_t> parse_port(std::string_view text) {
  constexpr std::size_t kDigitsMax = 5;
  if (text.empty()) {
    return fail(Errc::kInvalidOptions, "address: no port");
  }
  if (text.size() > kDigitsMax || !std::all_of(text.begin(), text.end(), is_digit)) {
    return fail(Errc::kInvalidOptions, "address: the port is not a number up to 65535");
  }
  std::uint32_t port = 0;
  for (const char c : text) {
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (port > 65535) {
    return fail(Errc::kInvalidOptions, "address: the port is not a number up to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= kLabelBytesMax &&
         std::all_of(label.begin(), label.end(), is_name_character) && label.front() != '-' &&
         label.back() != '-';
}

/// Checks a host without brackets: IPv4 or a name.
Result<void> check_host(std::string_view host) {
  if (host.empty()) {
    return fail(Errc::kInvalidOptions, "address: no host");
  }
  if (host.size() > kHostBytesMax) {
    return fail(Errc::kInvalidOptions, "address: the host is longer than 253 bytes");
  }
  sockaddr_in four{};
  if (uv_ip4_addr(std::string(host).c_str(), 0, &four) == 0) {
    return {};
  }
  std::string_view rest = host.back() == '.' ? host.substr(0, host.size() - 1) : host;
  std::string_view label;
  for (;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) {
      return fail(Errc::kInvalidOptions, "address: the host is neither a name nor a number");
    }
    if (dot == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(dot + 1);
  }
  // "1.2.3" and "256.1.1.1" are no names: resolvers read some of them as numbers of their own.
  if (std::all_of(label.begin(), label.end(), is_digit)) {
    return fail(Errc::kInvalidOptions, "address: the host is not a valid IPv4 address");
  }
  return {};
}

Result<Address> parse_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) {
    return fail(Errc::kInvalidOptions, "address: '[' without ']'");
  }
  const std::string host(text.substr(1, end - 1));
  sockaddr_in6 six{};
  if (host.size() > kHostBytesMax || host.find('\0') != std::string::npos ||
      uv_ip6_addr(host.c_str(), 0, &six) != 0) {
    return fail(Errc::kInvalidOptions, "address: no IPv6 address in the brackets");
  }
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty() || rest.front() != ':') {
    return fail(Errc::kInvalidOptions, "address: no port");
  }
  const auto port = parse_port(rest.substr(1));
  if (!port) {
    return fail(port.error());
  }
  return Address{.host = host, .port = *port};
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
  if (!text.empty() && text.front() == '[') {
    return parse_bracketed(text);
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(Errc::kInvalidOptions, "address: no port");
  }
  const std::string_view host = text.substr(0, colon);
  if (host.find(':') != std::string_view::npos) {
    return fail(Errc::kInvalidOptions, "address: an IPv6 address needs brackets");
  }
  if (const auto checked = check_host(host); !checked) {
    return fail(checked.error());
  }
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) {
    return fail(port.error());
  }
  return Address{.host = std::string(host), .port = *port};
}

std::optional<sockaddr_storage> numeric_address(const Address& address) {
  sockaddr_storage storage{};
  sockaddr_in four{};
  if (uv_ip4_addr(address.host.c_str(), address.port, &four) == 0) {
    std::memcpy(&storage, &four, sizeof(four));
    return storage;
  }
  sockaddr_in6 six{};
  if (uv_ip6_addr(address.host.c_str(), address.port, &six) == 0) {
    std::memcpy(&storage, &six, sizeof(six));
    return storage;
  }
  return std::nullopt;
}

std::string host_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN + 1> text{};
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof(six));
    uv_ip6_name(&six, text.data(), text.size());
  } else if (address.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof(four));
    uv_ip4_name(&four, text.data(), text.size());
  }
  return text.data();
}

std::string to_text(const sockaddr_storage& address) {
  const std::string host = host_text(address);
  const std::string port = std::to_string(port_of(address));
  return address.ss_family == AF_INET6 ? "[" + host + "]:" + port : host + ":" + port;
}

bool is_loopback(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof(four));
    return (ntohl(four.sin_addr.s_addr) >> 24U) == 127;
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof(six));
    return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) ||
           (IN6_IS_ADDR_V4MAPPED(&six.sin6_addr) && six.sin6_addr.s6_addr[12] == 127);
  }
  return false;
}

void set_port(sockaddr_storage& address, std::uint16_t port) noexcept {
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof(six));
    six.sin6_port = htons(port);
    std::memcpy(&address, &six, sizeof(six));
  } else {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof(four));
    four.sin_port = htons(port);
    std::memcpy(&address, &four, sizeof(four));
  }
}

std::uint16_t port_of(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof(six));
    return ntohs(six.sin6_port);
  }
  sockaddr_in four{};
  std::memcpy(&four, &address, sizeof(four));
  return ntohs(four.sin_port);
}

}  // namespace buoyant::uv
