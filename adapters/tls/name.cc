// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/name.h"

#include "buoyant/base/assert.h"
#include "buoyant/model/hard_state.h"

#include <charconv>
#include <cstdint>

namespace buoyant::tls {

namespace {

constexpr std::string_view kScheme = "buoyant://";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_unreserved(char byte) {
  const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  const bool is_digit = byte >= '0' && byte <= '9';
  return is_letter || is_digit || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

std::string escape(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return {'%', kHexDigits[value >> 4U], kHexDigits[value & 0xFU]};
}

/// Of "%XX" at the beginning; nothing: it is none, or one that is not needed.
std::optional<char> unescape(std::string_view text) {
  if (text.size() < 3) {
    return std::nullopt;
  }
  const std::size_t high = kHexDigits.find(text[1]);
  const std::size_t low = kHexDigits.find(text[2]);
  if (high == std::string_view::npos || low == std::string_view::npos) {
    return std::nullopt;
  }
  const char byte = static_cast<char>(high * 16 + low);
  return is_unreserved(byte) ? std::nullopt : std::optional(byte);
}

std::optional<std::string> parse_cluster(std::string_view text) {
  std::string cluster;
  while (!text.empty()) {
    const std::optional<char> byte = text[0] == '%' ? unescape(text) : text[0];
    if (!byte || (text[0] != '%' && !is_unreserved(text[0]))) {
      return std::nullopt;
    }
    cluster += *byte;
    text.remove_prefix(text[0] == '%' ? 3 : 1);
  }
  const bool fits = !cluster.empty() && cluster.size() <= kClusterBytesMax;
  return fits ? std::optional(std::move(cluster)) : std::nullopt;
}

std::optional<ServerId> parse_id(std::string_view text) {
  std::uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  const bool is_number = error == std::errc() && stop == end;
  // A leading zero, and so zero itself too.
  return is_number && text[0] != '0' ? std::optional(ServerId(id)) : std::nullopt;
}

}  // namespace

std::string to_uri(const PeerName& name) {
  BUOYANT_ASSERT(name.id.is_set());
  BUOYANT_ASSERT(!name.cluster.empty());
  BUOYANT_ASSERT(name.cluster.size() <= kClusterBytesMax);
  std::string uri(kScheme);
  for (const char byte : name.cluster) {
    uri += is_unreserved(byte) ? std::string(1, byte) : escape(byte);
  }
  return uri + "/" + std::to_string(name.id.value());
}

std::optional<PeerName> parse_uri(std::string_view text) {
  if (!text.starts_with(kScheme)) {
    return std::nullopt;
  }
  text.remove_prefix(kScheme.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  auto cluster = parse_cluster(text.substr(0, slash));
  const auto id = parse_id(text.substr(slash + 1));
  if (!cluster || !id) {
    return std::nullopt;
  }
  return PeerName{.cluster = std::move(*cluster), .id = *id};
}

}  // namespace buoyant::tls
