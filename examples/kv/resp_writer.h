// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Replies in RESP2, appended to a text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kv::resp {

inline constexpr std::string_view kOk = "+OK\r\n";
inline constexpr std::string_view kNull = "$-1\r\n";

void add_simple(std::string& reply, std::string_view text);

/// `text` begins with the kind of error, in capitals. Line ends in it become spaces.
void add_error(std::string& reply, std::string_view text);

void add_integer(std::string& reply, std::int64_t number);

void add_bulk(std::string& reply, std::string_view bytes);

/// The elements follow.
void add_array(std::string& reply, std::size_t size);

/// How long a bulk string of so many bytes is as a reply, at most.
constexpr std::size_t bulk_bytes_max(std::size_t bytes) noexcept {
  return bytes + 32;
}

inline std::string error(std::string_view text) {
  std::string reply;
  add_error(reply, text);
  return reply;
}

inline std::string integer(std::int64_t number) {
  std::string reply;
  add_integer(reply, number);
  return reply;
}

inline std::string bulk(std::string_view bytes) {
  std::string reply;
  add_bulk(reply, bytes);
  return reply;
}

}  // namespace kv::resp
